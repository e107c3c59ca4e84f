"""What one request gives to choose from in the form of an outcome; read when the form asks, never before."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import override

from service_requests.casework.amounts import Line, lines_of, proposed
from service_requests.casework.asking import LONGEST_LABEL, Wanted
from service_requests.casework.checklist import checks_of, items_of
from service_requests.casework.corrections import correctable
from service_requests.casework.messages import templates_for
from service_requests.casework.models import AmountLine, DocumentCheck, MessageTemplate
from service_requests.desk.forms import DOCUMENT_BYTES, DOCUMENT_KINDS
from service_requests.records.files import delete_file, keep_file
from service_requests.records.models import Attachment, ServiceRequest
from services_catalog.organisations.models import Department
from services_catalog.processes.workflow import Outcome

if TYPE_CHECKING:
    from home.accounts.models import User


class Offers:
    """Templates, questions, lines of amounts, and the file that waits for its outcome."""

    def __init__(self, request: ServiceRequest, user: "User", language: str) -> None:
        self.request, self.user, self.language = request, user, language

    @property
    def currency(self) -> str:
        return self.request.organisation.currency

    @cached_property
    def templates(self) -> list[MessageTemplate]:
        return templates_for(self.request)

    @property
    def departments(self) -> "QuerySet[Department]":
        """Where it may be referred to."""
        case = self.request
        return Department.objects.filter(organisation=case.organisation_id).exclude(pk=case.department_id)

    @cached_property
    def questions(self) -> list[tuple[str, str]]:
        return correctable(self.request, self.language)

    @cached_property
    def documents(self) -> list[tuple[str, str]]:
        """Of the checklist, as staff read them."""
        return [(item.key, item.label) for item in items_of(self.request)]

    @cached_property
    def _checks(self) -> dict[str, DocumentCheck]:
        return checks_of(self.request)

    @property
    def lacking(self) -> list[str]:
        """Those of them that were found missing or not to match."""
        return [key for key, check in self._checks.items() if check.state != DocumentCheck.State.MET]

    def wanted(self, keys: Collection[str]) -> list[Wanted]:
        """These of the checklist, in the language the citizen applied in, with what the check found."""
        if not keys:
            return []
        with override(self.request.language):
            items = [item for item in items_of(self.request) if item.key in keys]
        notes = {key: check.note for key, check in self._checks.items()}
        return [Wanted(item.label[:LONGEST_LABEL], notes.get(item.key, ""), item.key) for item in items]

    @cached_property
    def lines(self) -> list[AmountLine] | list[Line]:
        """Those that were set before, for they may be set again; otherwise those of the form."""
        return lines_of(self.request) or proposed(self.request, self.language)

    def waiting_file(self, outcome: Outcome) -> Attachment | None:
        """What was uploaded for this outcome when something else was missing."""
        return self.waiting_at(outcome.key)

    def waiting_at(self, key: str) -> Attachment | None:
        """The same for anything else that a file goes with."""
        return self._waiting.get(self._place(key))

    @cached_property
    def _waiting(self) -> dict[str, Attachment]:
        """By the place they wait at, the last of each; one query for all outcomes of the page."""
        mine = Attachment.objects.filter(owner=self.user, request=None, message=None)
        found = mine.filter(field_key__startswith=self._place("")).order_by("pk")
        return {file.field_key: file for file in found}

    def keep(self, key: str, uploaded: "UploadedFile[Any]") -> str:
        """Store the file of an outcome, or of a message, in place of an earlier one; why it was refused, or nothing."""
        earlier = self.waiting_at(key)
        try:
            keep_file(uploaded, place=self._place(key), kinds=DOCUMENT_KINDS, max_bytes=DOCUMENT_BYTES, by=self.user)
        except ValidationError as refusal:
            return " ".join(refusal.messages)
        if earlier:
            delete_file(earlier)
        self.__dict__.pop("_waiting", None)
        return ""

    def forget(self, key: str) -> None:
        """Delete the file that waits there."""
        waiting = self.waiting_at(key)
        if waiting:
            delete_file(waiting)
            self.__dict__.pop("_waiting", None)

    def _place(self, key: str) -> str:
        return f"outcome.{self.request.public_id}.{key}"
