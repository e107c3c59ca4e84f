"""What one request gives to choose from in the form of an outcome; read when the form asks, never before."""

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.functional import cached_property

from service_requests.casework.amounts import Line, lines_of, proposed
from service_requests.casework.corrections import correctable
from service_requests.casework.messages import templates_for
from service_requests.casework.models import AmountLine, MessageTemplate
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
    def lines(self) -> list[AmountLine] | list[Line]:
        """Those that were set before, for they may be set again; otherwise those of the form."""
        return lines_of(self.request) or proposed(self.request, self.language)

    def waiting_file(self, outcome: Outcome) -> Attachment | None:
        """What was uploaded for this outcome when something else was missing."""
        waiting = Attachment.objects.filter(owner=self.user, request=None, message=None)
        return waiting.filter(field_key=self._place(outcome)).last()

    def keep(self, outcome: Outcome, uploaded: "UploadedFile[Any]") -> str:
        """Store the file of an outcome in place of an earlier one; why it was refused, or nothing."""
        earlier = self.waiting_file(outcome)
        try:
            keep_file(
                uploaded, place=self._place(outcome), kinds=DOCUMENT_KINDS, max_bytes=DOCUMENT_BYTES, by=self.user
            )
        except ValidationError as refusal:
            return " ".join(refusal.messages)
        if earlier:
            delete_file(earlier)
        return ""

    def _place(self, outcome: Outcome) -> str:
        return f"outcome.{self.request.public_id}.{outcome.key}"
