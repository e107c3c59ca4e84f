"""The door for files: what a citizen uploads is looked at before it is stored.

Called by the wizard, the reply to a question and the API. A file is what its content says; its name's
ending and its declared type must agree with that. Pictures are drawn again, which drops places and
names of cameras; scripts, launchers and embedded files are taken out of PDF documents.
"""

import io
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import filetype
import pikepdf
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from PIL import Image, ImageOps
from pillow_heif import register_heif_opener

from cms.arabic import clean
from forms_builder.fields.showing import comma, megabytes
from forms_builder.kinds import KINDS, UNDECLARED, Kind, endings

register_heif_opener(thumbnails=False)

MOST_PIXELS = 50_000_000
MOST_PDF_OBJECTS = 200_000
LONGEST_NAME = 150
_JPEG_QUALITIES = (88, 75, 60)
_PILLOW_FORMATS = {"jpg": ("JPEG", "MPO"), "png": ("PNG",), "heic": ("HEIF",)}

# What a document may do by itself, or carry along, is none of an office's business.
_ACTIVE_KEYS = (
    "/JS", "/JavaScript", "/AA", "/EmbeddedFiles", "/EmbeddedFile", "/EF", "/AF", "/XFA", "/RichMediaContent",
    "/RichMediaSettings", "/Launch",
)  # fmt: skip
_ACTIVE_ACTIONS = frozenset(
    {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToR", "/GoToE", "/Rendition", "/RichMediaExecute"}
)


@dataclass(frozen=True)
class CheckedFile:
    """A file that may be stored: its name cleaned, its content safe to give to others."""

    name: str
    content_type: str
    content: bytes


def check_file(uploaded: "UploadedFile[Any]", kinds: Sequence[str], max_bytes: int) -> CheckedFile:
    """Look at an uploaded file.

    Raises:
        ValidationError: saying what is wrong with it and what to upload instead.
    """
    name = file_name(uploaded.name or "")
    size = uploaded.size or 0
    if size == 0:
        raise _refused(_("%(name)s is empty. Choose the file again, or another one"), name, code="empty")
    if size > max_bytes:
        raise _too_large(name, size, max_bytes)
    key = _kind_by_ending(name, kinds)
    declared = (uploaded.content_type or "").split(";")[0].strip().lower()
    if key is None or declared not in {*UNDECLARED, *KINDS[key].declared}:
        raise _wrong_kind(name, kinds)
    uploaded.seek(0)
    content = uploaded.read()
    if not _content_is(KINDS[key], content):
        raise _refused(
            _("%(name)s is not what its name says. Save it again as %(kinds)s and upload that"),
            name,
            kinds=_either(endings(kinds)),
            code="content",
        )
    if KINDS[key].image:
        return _picture(name, key, content, max_bytes)
    return CheckedFile(name, KINDS[key].content_type, _document(name, content))


def file_name(given: str) -> str:
    """What the citizen called the file: one line, no folders, not longer than a name should be."""
    base = clean(given.replace("\\", "/")).rsplit("/", 1)[-1].strip(". ")
    path = PurePosixPath(base or "file")
    return path.stem[: LONGEST_NAME - len(path.suffix)] + path.suffix


def _kind_by_ending(name: str, kinds: Sequence[str]) -> str | None:
    ending = PurePosixPath(name).suffix.lower().removeprefix(".")
    return next((key for key in kinds if key in KINDS and ending in KINDS[key].endings), None)


def _content_is(kind: Kind, content: bytes) -> bool:
    guessed = filetype.guess(content[:8192])
    return guessed is not None and guessed.mime == kind.content_type


def _picture(name: str, key: str, content: bytes, max_bytes: int) -> CheckedFile:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(content), formats=_PILLOW_FORMATS[key])
            if picture.width * picture.height > MOST_PIXELS:
                raise _refused(
                    _("%(name)s has too many pixels. Take the picture again in a smaller size"), name, code="pixels"
                )
            upright = ImageOps.exif_transpose(picture)
            drawn = _drawn_png(upright) if key == "png" else _drawn_jpeg(upright, max_bytes)
    except ValidationError:
        raise
    except Exception as error:  # a decoder may fail in any way on a hostile file
        raise _refused(
            _("%(name)s cannot be opened. Save the picture again and upload that"), name, code="damaged"
        ) from error
    if len(drawn) > max_bytes:
        raise _too_large(name, len(drawn), max_bytes)
    if key == "png":
        return CheckedFile(name, "image/png", drawn)
    stem = PurePosixPath(name).stem
    return CheckedFile(f"{stem}.jpg" if key == "heic" else name, "image/jpeg", drawn)


def _drawn_png(picture: Image.Image) -> bytes:
    bare = picture.convert("RGBA" if "A" in picture.getbands() or "transparency" in picture.info else "RGB")
    return _saved(bare, format="PNG", optimize=True)


def _drawn_jpeg(picture: Image.Image, max_bytes: int) -> bytes:
    bare = picture.convert("RGB")
    drawn = b""
    for quality in _JPEG_QUALITIES:
        drawn = _saved(bare, format="JPEG", quality=quality)
        if len(drawn) <= max_bytes:
            break
    return drawn


def _saved(picture: Image.Image, **options: Any) -> bytes:
    # A new picture carries nothing over from the old one but its pixels.
    fresh = Image.new(picture.mode, picture.size)
    fresh.paste(picture)
    out = io.BytesIO()
    fresh.save(out, **options)
    return out.getvalue()


def _document(name: str, content: bytes) -> bytes:
    """The document itself when it is harmless, else a copy without what is active in it."""
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            if len(pdf.objects) > MOST_PDF_OBJECTS:
                raise pikepdf.PdfError("too many objects")
            len(pdf.pages)
            changed = _disarm(pdf)
            if not changed and not pdf.is_encrypted:
                return content
            out = io.BytesIO()
            pdf.save(out)
            return out.getvalue()
    except pikepdf.PasswordError as error:
        raise _refused(
            _("%(name)s is protected by a password. Save it without the password and upload that"),
            name,
            code="password",
        ) from error
    except Exception as error:  # a parser may fail in any way on a hostile file
        raise _refused(
            _("%(name)s cannot be opened. Save the document again as PDF and upload that"), name, code="damaged"
        ) from error


def _disarm(pdf: pikepdf.Pdf) -> bool:
    changed = False
    for item in [pdf.trailer, *pdf.objects]:
        changed = _disarm_item(item, 0) or changed
    return changed


def _disarm_item(item: Any, depth: int) -> bool:
    """Take what is active out of an object and of the direct objects in it."""
    if depth > 50:
        raise pikepdf.PdfError("nested too deep")
    parts: list[Any]
    if isinstance(item, pikepdf.Array):
        parts = list(item)
        changed = False
    elif isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
        changed = _strip(item)
        parts = [item.get(key) for key in list(item.keys())]
    else:
        return False
    inner = [_disarm_item(part, depth + 1) for part in parts if not _is_indirect(part)]
    return changed or any(inner)


def _strip(item: Any) -> bool:
    """Empty an active action; of anything else take the active keys."""
    is_action = str(item.get("/S", "")) in _ACTIVE_ACTIONS
    gone = [key for key in list(item.keys()) if is_action or key in _ACTIVE_KEYS]
    for key in gone:
        del item[key]
    return bool(gone)


def _is_indirect(item: Any) -> bool:
    return bool(getattr(item, "is_indirect", False))


# -- words


def _refused(message: str, name: str, *, code: str, **values: Any) -> ValidationError:
    return ValidationError(message % {"name": name, **values}, code=code)


def _too_large(name: str, size: int, max_bytes: int) -> ValidationError:
    return _refused(
        _("%(name)s has %(size)s and the limit is %(limit)s. Upload a smaller file"),
        name,
        size=megabytes(size),
        limit=megabytes(max_bytes),
        code="too_large",
    )


def _wrong_kind(name: str, kinds: Sequence[str]) -> ValidationError:
    return _refused(
        _("%(name)s is of a kind that is not accepted here. Upload %(kinds)s"),
        name,
        kinds=_either(endings(kinds)),
        code="kind",
    )


def _either(words: Sequence[str]) -> str:
    """`PDF, JPG or PNG`."""
    if len(words) < 2:
        return "".join(words)
    return _("%(several)s or %(last)s") % {"several": comma(get_language() or "").join(words[:-1]), "last": words[-1]}
