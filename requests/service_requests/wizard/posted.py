"""What a page of the wizard sent, told apart: what was typed, what was pressed, and which page it was."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, QueryDict
from django.utils.datastructures import MultiValueDict

from cms.arabic import storable
from forms_builder.spec import StepSpec
from service_requests.wizard.tickets import Ticket

CONTINUE = "continue"
SAVE = "save"
UPDATE = "update"
AUTOSAVE = "autosave"
LANGUAGE = "language"
ROW_ADD, ROW_EDIT, ROW_REMOVE, ROW_SAVE, ROW_CANCEL = "row-add", "row-edit", "row-remove", "row-save", "row-cancel"
# What a look-up has: look now, and give up what was found. The target is the name of its inputs.
FIND, FORGET = "find", "forget"
REVIEW = "review"
# In an address: what stands on the page is judged, because its person wanted to go on from it.
CHECK = "check"
# The last hidden field of a page.
WHOLE = "whole"
# Says which questions were on the page (forms_builder.forms).
SHOWN = "shown"


def cut_off(http: HttpRequest) -> str:
    """The name of the file during which the connection broke; empty for a page that arrived whole.

    The ticket stands first in a page and this mark last; a file of half its size would else pass for the whole one.
    """
    name = _last_of(http)
    return str(http.FILES.getlist(name)[-1].name) if name else ""


def whole_files(http: HttpRequest) -> "MultiValueDict[str, UploadedFile[Any]]":
    """The files of a page that did arrive, by the names of their inputs."""
    name, whole = _last_of(http), MultiValueDict(dict(http.FILES.lists()))
    if name:
        whole.setlist(name, http.FILES.getlist(name)[:-1])
    return whole


def _last_of(http: HttpRequest) -> str:
    is_cut = "ticket" in http.POST and WHOLE not in http.POST
    return next(reversed(list(http.FILES)), "") if is_cut else ""


@dataclass(frozen=True)
class Posted:
    """The page's own part of a POST; every part may be missing or forged and is then as if absent.

    Attributes:
        action: what was pressed; Enter and anything unknown continue.
        target: what it was pressed on (a language, a group, `group.row`).
        revision: the draft's when the page was shown.
        tab: marks the tab, so that it never conflicts with itself.
        removed: ids of files whose remove button was pressed.
    """

    ticket: Ticket | None
    action: str
    target: str
    revision: int
    tab: str
    removed: tuple[str, ...]
    returns_to_review: bool
    stash: uuid.UUID | None

    @classmethod
    def read(cls, post: QueryDict) -> Self:
        action, _colon, target = post.get("do", CONTINUE).partition(":")
        revision = post.get("revision", "")
        removed = tuple(post.getlist("remove-file"))
        return cls(
            ticket=Ticket.read(post.get("ticket", "")),
            action=UPDATE if removed else action,
            target=target,
            revision=int(revision) if revision.isascii() and revision.isdigit() and len(revision) < 10 else 0,
            tab=storable(post.get("tab", ""))[:40],
            removed=removed,
            returns_to_review=post.get("return") == REVIEW,
            stash=uuid_of(post.get("stash", "")),
        )


def typed_in(step: StepSpec, post: QueryDict) -> dict[str, list[str]]:
    """What was typed into this step's questions, and which of them stood on the page.

    Every other name that was sent is dropped here, and every sign that the database would refuse.
    """
    keys = {field.key for field in step.fields}
    names = (name for name in post if _question_of(name) in keys or name == SHOWN)
    return {name: [storable(text) for text in post.getlist(name)] for name in names if name == storable(name)}


def typed_in_row(typed: Mapping[str, list[str]], place: str) -> dict[str, list[str]]:
    """The part of what was typed that belongs to one row (`group.row`)."""
    return {name: texts for name, texts in typed.items() if name.removeprefix(f"{SHOWN}.").startswith(f"{place}.")
            or name == f"{SHOWN}.{place}"}  # fmt: skip


def is_filled(typed: Mapping[str, list[str]]) -> bool:
    """Whether anything was written at all."""
    return any(text.strip() for name, texts in typed.items() if not name.startswith(SHOWN) for text in texts)


def _question_of(name: str) -> str:
    return name.removeprefix(f"{SHOWN}.").partition(".")[0]


def uuid_of(text: str) -> uuid.UUID | None:
    """The name that somebody sent; None when it is none."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
