"""The kinds of file an editor may accept, and how each is recognised.

A file is what its content says it is; its ending and the type its browser declared must agree.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Kind:
    """A kind of file.

    Attributes:
        content_type: what it is stored and served as.
        endings: of file names, the usual one first.
        declared: content types that browsers send for it.
        image: whether it is drawn again when it is stored.
    """

    label: str | Promise
    content_type: str
    endings: tuple[str, ...]
    declared: tuple[str, ...]
    image: bool = False


KINDS: dict[str, Kind] = {
    "pdf": Kind(_("PDF document"), "application/pdf", ("pdf",), ("application/pdf", "application/x-pdf")),
    "jpg": Kind(_("JPG picture"), "image/jpeg", ("jpg", "jpeg"), ("image/jpeg", "image/jpg", "image/pjpeg"), True),
    "png": Kind(_("PNG picture"), "image/png", ("png",), ("image/png", "image/x-png"), True),
    "heic": Kind(
        _("HEIC picture of a phone, stored as JPG"),
        "image/heic",
        ("heic", "heif"),
        ("image/heic", "image/heif", "image/heic-sequence"),
        True,
    ),
}
# Browsers that do not know a type send one of these; then ending and content decide.
UNDECLARED = frozenset({"", "application/octet-stream", "binary/octet-stream"})


def endings(kinds: Iterable[str]) -> list[str]:
    """Names of the kinds as people know them: `PDF`, `JPG`."""
    return [KINDS[kind].endings[0].upper() for kind in kinds if kind in KINDS]


def accept(kinds: Iterable[str]) -> str:
    """The `accept` attribute of a file input."""
    return ",".join(f".{ending}" for kind in kinds if kind in KINDS for ending in KINDS[kind].endings)


def stored_types(kinds: Iterable[str]) -> set[str]:
    """Content types that files of these kinds have once stored; a HEIC picture is stored as JPG."""
    return {"image/jpeg" if kind == "heic" else KINDS[kind].content_type for kind in kinds if kind in KINDS}
