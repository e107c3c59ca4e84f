"""The record: what a citizen asked for, its files and its messages.

Only `workflow/`, `wizard/submit.py` and `exchange/` write to a request; everything else reads it
through `records.scope.visible_to`.
"""

import secrets
import uuid
from collections.abc import Collection
from typing import Any, Self

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models.base import ModelState
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from cms.languages import Texts
from forms_builder.models import FormVersion
from home.accounts.establishments.models import Establishment
from service_requests.records.querysets import ServiceRequestQuerySet
from services_catalog.models import ServicePage
from services_catalog.organisations.models import Department, Organisation
from services_catalog.processes.models import WorkflowVersion, workflow_of
from services_catalog.processes.statuses import CITIZENS_WORDS, Status
from services_catalog.processes.workflow import Stage, Workflow


class Channel(models.TextChoices):
    """How a request reached the office."""

    PORTAL = "portal", _("Portal")
    WINDOW = "window", _("Service window")
    IMPORT = "import", _("Import")
    API = "api", _("API")


class ServiceRequest(models.Model):
    """One request of one person for one service.

    `answers` maps field keys of `form_version` to values; it holds only questions that were shown.
    `search_text` is folded text (cms.arabic.fold) of number, name, identity and phone digits.
    """

    wagtail_reference_index_ignore = True

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name=_("organisation")
    )
    series = models.CharField(max_length=20)
    year = models.PositiveIntegerField(_("year"))
    serial = models.PositiveIntegerField(_("serial number"))
    number = models.CharField(_("number"), max_length=40)
    # What the office files it under, once it has begun: another number than that of the request.
    transaction_number = models.CharField(_("transaction number"), max_length=40, blank=True)
    service = models.ForeignKey(
        ServicePage, on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name=_("service")
    )
    form_version = models.ForeignKey(
        FormVersion, on_delete=models.PROTECT, related_name="+", verbose_name=_("form version")
    )
    submission_key = models.UUIDField(
        unique=True, editable=False, help_text="The draft it was made from: the same key never makes a second request."
    )
    # What an objection contests: once, so its own key is the index.
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        db_index=False,
        related_name="objections",
        verbose_name=_("objection to"),
    )
    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        db_index=False,
        related_name="service_requests",
        verbose_name=_("applicant"),
    )
    applicant_name = models.CharField(_("applicant's name"), max_length=200)
    applicant_identity = models.CharField(_("identity number"), max_length=40, blank=True)
    applicant_mobile = models.CharField(_("mobile"), max_length=20, blank=True)
    # How surely the state had confirmed who sent it, in the provider's words; empty where it had not.
    identity_assurance = models.CharField(_("assurance level"), max_length=100, blank=True)
    acting_for = models.ForeignKey(
        Establishment,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        db_index=False,
        related_name="+",
        verbose_name=_("on behalf of"),
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices, default=Channel.PORTAL)
    language = models.CharField(_("language"), max_length=10)
    answers = models.JSONField(_("answers"), default=dict)
    workflow_version = models.ForeignKey(
        WorkflowVersion, on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name=_("workflow")
    )
    stage_key = models.CharField(_("stage"), max_length=60)
    status = models.CharField(_("status"), max_length=20, choices=Status.choices)
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name=_("department")
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="assigned_requests",
        verbose_name=_("assignee"),
    )
    submitted_at = models.DateTimeField(_("submitted"))
    updated_at = models.DateTimeField(_("last change"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        db_index=False,
        related_name="+",
        verbose_name=_("registered by"),
    )
    last_outcome = models.CharField(max_length=60, blank=True, editable=False)
    # The clock (workflow.deadlines): of `pauses` the last one is open while it stands; nothing is due then.
    stage_since = models.DateTimeField(_("in this stage since"))
    pauses = models.JSONField(default=list, editable=False)
    amber_at = models.DateTimeField(null=True, blank=True, editable=False)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    stage_amber_at = models.DateTimeField(null=True, blank=True, editable=False)
    stage_due_at = models.DateTimeField(_("stage due"), null=True, blank=True)
    rungs_done = models.PositiveSmallIntegerField(default=0, editable=False)
    worked_minutes = models.PositiveIntegerField(_("working time used, in minutes"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=60, blank=True)
    outcome_note = models.TextField(_("reason"), blank=True)
    search_text = models.TextField(editable=False, blank=True)

    objects = ServiceRequestQuerySet.as_manager()
    history = HistoricalRecords(
        history_change_reason_field=models.TextField(null=True),
        excluded_fields=["search_text"],
        # It is read by request, by who changed it and by date; an index more is paid for by every change.
        no_db_index=[
            "public_id", "organisation", "number", "service", "form_version", "submission_key", "applicant",
            "acting_for", "workflow_version", "department", "assignee", "registered_by", "parent",
        ],
    )  # fmt: skip

    class Meta:
        verbose_name = _("service request")
        verbose_name_plural = _("service requests")
        ordering = ["-submitted_at", "-id"]
        # Requests have no stock add, change and delete: only actions write.
        default_permissions = ("view",)
        permissions = [
            ("oversee_servicerequest", _("Can see the requests of the whole organisation")),
            ("process_servicerequest", _("Can take requests and ask the citizen")),
            ("decide_servicerequest", _("Can approve and reject requests")),
            ("assign_servicerequest", _("Can assign requests")),
            ("bulk_servicerequest", _("Can change many requests at once")),
            ("export_servicerequest", _("Can export requests")),
            ("import_servicerequest", _("Can import changes to requests")),
            ("history_servicerequest", _("Can read the history of requests")),
            ("register_servicerequest", _("Can register requests at the service window")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "series", "year", "serial"], name="request_number_is_unique"
            ),
            # Not `unique=True`, which on PostgreSQL makes a second index, for searches by a beginning.
            models.UniqueConstraint(fields=["number"], name="request_written_number_is_unique"),
            models.UniqueConstraint(
                fields=["parent"], condition=~models.Q(parent=None), name="one_objection_to_a_request"
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at=None) | ~models.Q(outcome=""), name="closed_request_has_an_outcome"
            ),
        ]
        # Each of these, and the constraint above, serves its foreign key too: that one has no index of its own.
        indexes = [
            models.Index(fields=["submitted_at", "id"], name="request_newest"),
            models.Index(fields=["department", "submitted_at", "id"], name="request_department_newest"),
            models.Index(fields=["status", "submitted_at", "id"], name="request_status_newest"),
            models.Index(fields=["service", "submitted_at", "id"], name="request_service_newest"),
            models.Index(fields=["applicant", "submitted_at", "id"], name="request_applicant_newest"),
            # Persons apply for themselves, most of them.
            models.Index(
                fields=["acting_for", "submitted_at", "id"],
                condition=~models.Q(acting_for=None),
                name="request_acting_for_newest",
            ),
            # What is late, and what the ladder of escalation has to look at: few of many.
            models.Index(fields=["due_at"], condition=models.Q(closed_at=None), name="request_open_due"),
            models.Index(fields=["stage_due_at"], condition=models.Q(closed_at=None), name="request_open_stage_due"),
            models.Index(
                fields=["stage_amber_at"], condition=models.Q(closed_at=None), name="request_open_stage_amber"
            ),
            # Asked for by the number that the office files it under (citizen.inquiring).
            models.Index(
                fields=["organisation", "transaction_number"],
                condition=~models.Q(transaction_number=""),
                name="request_transaction_number",
            ),
            # How long it really took, on the page of the service.
            models.Index(
                fields=["service", "closed_at"], condition=~models.Q(closed_at=None), name="request_service_closed"
            ),
            # What stands in a version of a workflow, and where: asked before its requests are moved to a newer one.
            models.Index(fields=["workflow_version", "stage_key"], name="request_workflow_stage"),
            # Nobody registered most of them.
            models.Index(
                fields=["registered_by"], condition=~models.Q(registered_by=None), name="request_registered_by"
            ),
        ]

    def __str__(self) -> str:
        # The number and nothing else: stock reports print it to everyone with admin access.
        return self.number

    @classmethod
    def from_db(  # type: ignore[override]  # the stubs know an argument of a later Django
        cls, db: str | None, field_names: Collection[str], values: Collection[Any]
    ) -> Self:
        """As Django's, but without a look at each column that was not read, and without its signals.

        Lists, exports and changes of many read thousands: making them took as long as the database did.
        """
        request = cls.__new__(cls)
        request.__dict__.update(zip(field_names, values, strict=True))
        request._state = ModelState()
        request._state.adding, request._state.db = False, db
        return request

    @property
    def workflow(self) -> Workflow:
        return workflow_of(self.workflow_version_id)

    @property
    def stage(self) -> Stage:
        return self.workflow.stage(self.stage_key)

    @property
    def is_of_a_guest(self) -> bool:
        """Whether it was sent without an account: its applicant finds nothing by signing in."""
        return self.applicant_id is not None and self.applicant.is_guest

    @property
    def citizens_status(self) -> str:
        """The state in the citizen's words."""
        return str(CITIZENS_WORDS[Status(self.status)])


class Message(models.Model):
    """Something said about a request, between office and citizen."""

    class Kind(models.TextChoices):
        QUESTION = "question", _("Question to the citizen")
        ANSWER = "answer", _("Answer of the citizen")
        DECISION = "decision", _("Decision")
        WORD = "word", _("Message to the citizen")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    request = models.ForeignKey(ServiceRequest, on_delete=models.CASCADE, related_name="messages")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # Who of the office wrote it, as the citizen reads it: the request may stand elsewhere by now. Empty for what he
    # wrote himself, and for what was written before it was noted.
    department = models.ForeignKey(
        Department, null=True, blank=True, on_delete=models.SET_NULL, db_index=False, related_name="+"
    )
    text = models.TextField()
    written_at = models.DateTimeField()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["written_at", "id"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"

    @property
    def office(self) -> Texts:
        """The name of the department that wrote it; of the body, where that is not known."""
        return self.department.name if self.department else self.request.organisation.name


class Reading(models.Model):
    """That a person has seen a message about a request of his. Each person has his own: a request may have several."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="readings")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, db_index=False, related_name="+")
    read_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["person", "message"], name="message_is_read_once")]

    def __str__(self) -> str:
        return f"{self.message_id} {self.person_id}"


def private_storage() -> Storage:
    return storages["private"]


def private_name(attachment: "Attachment", filename: str) -> str:
    """A random name: what the citizen called the file is kept in the row, never on disk."""
    token = secrets.token_hex(16)
    return f"attachments/{token[:2]}/{token}"


class Attachment(models.Model):
    """A private file: of a draft while `request` is empty, then of a request or of a message.

    An answer refers to it by `public_id`. `name` is what the citizen called it; `content_type` was
    decided by its content.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    request = models.ForeignKey(
        ServiceRequest, null=True, blank=True, on_delete=models.CASCADE, related_name="attachments"
    )
    message = models.ForeignKey(Message, null=True, blank=True, on_delete=models.CASCADE, related_name="attachments")
    field_key = models.CharField(max_length=200, blank=True)
    file = models.FileField(storage=private_storage, upload_to=private_name, max_length=200)
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["id"]
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.public_id)

    def as_answer(self) -> dict[str, Any]:
        """What an answer keeps of the file."""
        return {"id": str(self.public_id), "name": self.name, "size": self.size, "type": self.content_type}
