"""Documents the citizen is asked for, one by one: staff list them, he brings each or says why he cannot.

A file is his alone until he sends, under a place that names the document (`place_of`); after that it belongs to his
answer, and the place still tells which document it is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from service_requests.casework.models import AskedDocument, discard, keep
from service_requests.records.models import Attachment, Message, ServiceRequest
from services_catalog.processes.statuses import Status

MOST_DOCUMENTS = 20
LONGEST_LABEL = 200


@dataclass(frozen=True)
class Wanted:
    """A document that staff want to see; `item` is its item of the checklist, if it has one."""

    label: str
    remark: str = ""
    item: str = ""


@dataclass(frozen=True)
class Brought:
    """A document that was asked for, with the files that came for it."""

    document: AskedDocument
    files: tuple[Attachment, ...]

    @property
    def is_answered(self) -> bool:
        """Whether there is anything to send for it: a file, or a word."""
        return bool(self.files or self.document.reply.strip())


def ask(request: ServiceRequest, message: Message, wanted: Sequence[Wanted], *, by: Any) -> None:
    """Ask for these documents with a question to the citizen. Called in its transaction."""
    for position, one in enumerate(wanted[:MOST_DOCUMENTS]):
        document = AskedDocument(
            request=request,
            message=message,
            position=position,
            item=one.item,
            label=one.label[:LONGEST_LABEL],
            remark=one.remark,
        )
        keep(document, by=by)


def open_documents(request: ServiceRequest) -> list[AskedDocument]:
    """What the citizen has to bring now, in the order it was asked for."""
    if request.status != Status.WAITING_CITIZEN:
        return []
    return list(AskedDocument.objects.filter(request=request, answered_at=None).order_by("message", "position"))


def take_back(requests: Iterable[ServiceRequest], *, by: Any) -> None:
    """Forget what was asked for earlier and never brought. Called in the transaction in which they begin to wait anew.

    Staff went on without it: what the citizen brings now is what he is asked for now. Its history stays.
    """
    for document in AskedDocument.objects.filter(request__in=list(requests), answered_at=None):
        discard(document, by=by)


def place_of(document: AskedDocument) -> str:
    """Where its files are kept."""
    return f"asked.{document.public_id}"


def waiting_for(documents: Sequence[AskedDocument], owner: Any) -> list[Brought]:
    """What this person has uploaded for each of these and not sent yet; one query, none without documents."""
    return _with_files(documents, Attachment.objects.filter(owner=owner, request=None, message=None))


def brought_to(request: ServiceRequest) -> list[Brought]:
    """Every document that was ever asked for on a request, with what was sent; two queries."""
    documents = list(AskedDocument.objects.filter(request=request).order_by("-message", "position"))
    return _with_files(documents, Attachment.objects.filter(request=request))


def write_reply(document: AskedDocument, reply: str, *, by: Any) -> None:
    """Keep what the citizen writes for a document, as long as he has not sent it."""
    if reply == document.reply:
        return
    with transaction.atomic():
        there = AskedDocument.objects.select_for_update().filter(pk=document.pk, answered_at=None).first()
        if there is not None:
            there.reply = document.reply = reply
            keep(there, by=by)


def answer_text(brought: Sequence[Brought], text: str, language: str) -> str:
    """What the answer says: the citizen's own words, then one line for each document."""
    with override(language):
        lines = [_line(one) for one in brought]
    return "\n".join(filter(None, (text.strip(), *lines)))


def close(documents: Iterable[AskedDocument], *, by: Any) -> None:
    """He has answered: what he wrote for them stands."""
    now = timezone.now()
    for document in documents:
        document.answered_at = now
        keep(document, by=by)


def files_by_item(brought: Iterable[Brought]) -> Mapping[str, tuple[dict[str, Any], ...]]:
    """Files that were sent, by the item of the checklist that they belong to."""
    found: dict[str, tuple[dict[str, Any], ...]] = {}
    for one in brought:
        if one.document.item:
            files = tuple(file.as_answer() for file in one.files)
            found[one.document.item] = found.get(one.document.item, ()) + files
    return found


def _line(one: Brought) -> str:
    if one.document.reply.strip():
        return f"{one.document.label}: {one.document.reply.strip()}"
    return _("%(document)s: attached") % {"document": one.document.label}


def _with_files(documents: Sequence[AskedDocument], files: Any) -> list[Brought]:
    if not documents:
        return []
    by_place: dict[str, list[Attachment]] = {}
    for file in files.filter(field_key__in=[place_of(document) for document in documents]).order_by("pk"):
        by_place.setdefault(file.field_key, []).append(file)
    return [Brought(document, tuple(by_place.get(place_of(document), ()))) for document in documents]
