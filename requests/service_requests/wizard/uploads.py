"""Files of a draft: stored the moment they arrive, before anything else of the step is looked at.

A file belongs to a *place*: the key of its question, or `group.row.key` inside a repeating group. The
place is also the name of the file input, and what the attachment remembers as `field_key`.
"""

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from forms_builder.fields.base import FileRef, field_type
from forms_builder.fields.files import Files
from forms_builder.route import ROW
from forms_builder.spec import FieldSpec, FormSpec, StepSpec
from home.accounts.models import User
from service_requests.records.files import delete_file, keep_file
from service_requests.records.models import Attachment
from service_requests.wizard.models import Draft, DraftUpload

FILES = Files.key
# As `rows.add` names them.
_ROW_NAME = re.compile(r"r[0-9]{1,6}")
Refusals = dict[str, list[str]]


class Keep(Protocol):
    """Keeps one file, or refuses it with a ValidationError, as `keep_file` does."""

    def __call__(
        self, uploaded: "UploadedFile[Any]", *, place: str, kinds: Sequence[str], max_bytes: int, by: User
    ) -> Attachment: ...


def attachments_of(draft: Draft | None) -> list[Attachment]:
    if draft is None or draft._state.adding:
        return []
    return list(Attachment.objects.filter(draft_upload__draft=draft))


def by_place(attachments: Iterable[Attachment]) -> dict[str, list[FileRef]]:
    """References to files, by the place they were uploaded to, in the order they came."""
    places: dict[str, list[FileRef]] = {}
    for attachment in attachments:
        places.setdefault(attachment.field_key, []).append(attachment.as_answer())
    return places


def with_files(spec: FormSpec, answers: Mapping[str, Any], attachments: Iterable[Attachment]) -> dict[str, Any]:
    """Answers with their files as they are stored: what a browser says about files is never believed."""
    places, complete = by_place(attachments), dict(answers)
    for field in spec.fields():
        if field.type == FILES:
            _set(complete, field.key, places.get(field.key))
        elif field.fields and isinstance(complete.get(field.key), list):
            complete[field.key] = [_row_with_files(field, row, places) for row in complete[field.key]]
    return complete


def _row_with_files(group: FieldSpec, row: Mapping[str, Any], places: Mapping[str, Any]) -> dict[str, Any]:
    complete = dict(row)
    for field in group.fields:
        if field.type == FILES:
            _set(complete, field.key, places.get(f"{group.key}.{row.get(ROW)}.{field.key}"))
    return complete


def _set(answers: dict[str, Any], key: str, files: list[FileRef] | None) -> None:
    if files:
        answers[key] = files
    else:
        answers.pop(key, None)


def file_ids(answer: Any) -> Iterator[str]:
    """Ids of the files an answer refers to, wherever they stand in it."""
    if isinstance(answer, list):
        for part in answer:
            yield from file_ids(part)
    elif isinstance(answer, Mapping):
        if {"id", "name", "size", "type"} <= answer.keys():
            yield str(answer["id"])
        for part in answer.values():
            yield from file_ids(part)


def field_at(step: StepSpec, place: str) -> FieldSpec | None:
    """The question that a file input of this step belongs to; None for a name the step does not have."""
    key, _dot, rest = place.partition(".")
    field = step.field(key)
    if field is None or not rest:
        return field if field and field.type == FILES else None
    row, _dot, inner = rest.partition(".")
    if not _ROW_NAME.fullmatch(row):
        return None
    return next((part for part in field.fields if part.key == inner and part.type == FILES), None)


def store(
    step: StepSpec,
    posted: "MultiValueDict[str, UploadedFile[Any]]",
    held: Sequence[Attachment],
    *,
    by: User,
    rows: Container[str] | None = None,
    keep: Keep | None = None,
) -> tuple[list[Attachment], Refusals]:
    """Store what a step posted, each file on its own: one that is refused leaves the others.

    `rows` are the rows (`group.row`) there are, where that is known: a file for another is not of this page.
    `keep` stores one file, unless `keep_file` is to.
    Returns the attachments stored (they belong to nothing yet) and why others were not, by place.
    """
    stored: list[Attachment] = []
    refusals: Refusals = {}
    for place in posted:
        field = field_at(step, place)
        row, _dot, _key = place.rpartition(".")
        if field is None or (row and rows is not None and row not in rows):
            continue
        for uploaded in posted.getlist(place):
            there = [file for file in (*held, *stored) if file.field_key == place]
            try:
                stored.append(_stored(field, place, uploaded, there, by, keep or keep_file))
            except ValidationError as refusal:
                refusals.setdefault(place, []).extend(refusal.messages)
    return stored, refusals


def claim(draft: Draft, attachments: Iterable[Attachment]) -> None:
    """Make stored files the draft's. One that is taken already stays where it is."""
    DraftUpload.objects.bulk_create(
        [DraftUpload(draft=draft, attachment=attachment) for attachment in attachments], ignore_conflicts=True
    )


def remove(draft: Draft, public_ids: Iterable[str]) -> None:
    """Delete files of this draft; ids of other files mean nothing here."""
    wanted = set(public_ids)
    for attachment in attachments_of(draft):
        if str(attachment.public_id) in wanted:
            delete_file(attachment)


def remove_places(draft: Draft, prefix: str) -> None:
    """Delete the files of a row that was removed."""
    for attachment in Attachment.objects.filter(draft_upload__draft=draft, field_key__startswith=prefix):
        delete_file(attachment)


def _stored(
    field: FieldSpec, place: str, uploaded: "UploadedFile[Any]", there: Sequence[Attachment], by: User, keep: Keep
) -> Attachment:
    kind = field_type(field.type)
    assert isinstance(kind, Files)  # field_at() finds no other question
    settings = kind.settings(field)
    # A single file is replaced by the next one; of several, a new one needs room.
    if settings.max_files > 1 and len(there) >= settings.max_files:
        raise ValidationError(
            _("%(name)s was not uploaded: remove another file first") % {"name": uploaded.name}, code="too_many"
        )
    return keep(uploaded, place=place, kinds=settings.kinds, max_bytes=kind.max_bytes(field), by=by)


def replaced(step: StepSpec, held: Sequence[Attachment], stored: Sequence[Attachment]) -> list[Attachment]:
    """Files that gave way to a newer one, where a question takes a single file."""
    gone = []
    for place in {file.field_key for file in stored}:
        field = field_at(step, place)
        if field and field_type(field.type).settings(field).max_files == 1:
            gone += [file for file in (*held, *stored) if file.field_key == place][:-1]
    return gone
