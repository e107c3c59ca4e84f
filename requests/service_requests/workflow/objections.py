"""Objecting to an answer: a request of its own, linked to the one it contests, at the level above.

Which level that is says the tree of the organisation (services_catalog.organisations.levels). Each level is asked
once: an answered request has at most one objection, and an objection that was answered may be contested in its turn
one level higher, until nobody stands above. Whoever decided below does not decide above (workflow.standing).
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from cms.templatetags.diwan import both_dates
from forms_builder.models import FormVersion
from forms_builder.publishing import publish
from forms_builder.spec import FormSpec
from service_requests.notices.outbox import announce
from service_requests.notices.texts import SUBMITTED
from service_requests.records.models import Attachment, Channel, ServiceRequest
from service_requests.records.scope import own_requests
from service_requests.workflow.entering import enter
from service_requests.workflow.moves import NotPossible, hand_over
from services_catalog.models import ServicePage
from services_catalog.organisations.levels import level_above
from services_catalog.organisations.models import Department
from services_catalog.processes.defaults import usual_workflow, workflow_for
from services_catalog.processes.models import WorkflowVersion
from services_catalog.processes.statuses import Status

if TYPE_CHECKING:
    from home.accounts.models import User

# Cancelled requests got no answer.
ANSWERED = frozenset({Status.COMPLETED, Status.REJECTED})
REASON, ATTACHMENTS = "reason", "attachments"
_FORM = uuid.uuid5(uuid.NAMESPACE_URL, "diwan:objection")
# Who applied, and how he is reached: of the objection as of what it contests.
_OF_THE_APPLICANT = ("applicant", "acting_for", "applicant_name", "applicant_identity", "applicant_mobile")


@dataclass(frozen=True)
class Way:
    """That an answer may be objected to.

    Attributes:
        until: the last day, by the clock of the body that answered.
        to: the department above.
    """

    until: date
    to: Department
    is_over: bool


def way_of(request: ServiceRequest) -> Way | None:
    """How this request may be objected to; None where it was not answered, nothing is granted or nobody is above."""
    if request.closed_at is None or request.status not in ANSWERED:
        return None
    days = request.service.objection_days
    to = _level_above(request) if days else None
    if not days or to is None:
        return None
    zone = request.organisation.zone
    until = request.closed_at.astimezone(zone).date() + timedelta(days=days)
    return Way(until, to, is_over=timezone.now().astimezone(zone).date() > until)


def why_not(request: ServiceRequest) -> str:
    """Why there is no way to object to it, as the applicant reads it; empty where there is one."""
    if request.status == Status.CANCELLED:
        return _("It was cancelled, so there is no answer to object to.")
    if request.closed_at is None or request.status not in ANSWERED:
        return _("It is not answered yet. You can object once it is.")
    if not request.service.objection_days:
        return _("Answers of this service cannot be objected to here.")
    if _level_above(request) is None:
        return _("Nobody stands above the department that answered: its answer is the last one.")
    return ""


def object_to(
    request: ServiceRequest, *, by: "User", reason: str, files: Sequence[Attachment] = (), language: str = ""
) -> ServiceRequest:
    """The objection of its applicant, as a new request at the level above.

    Args:
        files: of the person, belonging to nothing yet.
        language: he writes in; that of the contested request where it is not said.

    Raises:
        NotPossible: when it was not answered, the days are over, it was objected to already, or one of the files
            was removed meanwhile.
    """
    with transaction.atomic():
        contested = _locked(request, by)
        way = _open_way(contested)
        objection = _made(contested, way.to, reason.strip(), files, language)
        enter(objection, by=by)
        hand_over(files, objection, by=by)
        announce(SUBMITTED, objection)
    return objection


def _locked(request: ServiceRequest, by: "User") -> ServiceRequest:
    # Of two that come at once the second waits here, and then sees the first one's objection.
    rows = own_requests(by).select_for_update(of=("self",)).select_related("service", "department", "organisation")
    contested = rows.filter(pk=request.pk).first()
    if contested is None:
        raise NotPossible(_("This request cannot be found."))
    return contested


def _open_way(contested: ServiceRequest) -> Way:
    earlier = objection_to(contested)
    if earlier is not None:
        raise NotPossible(_("You objected to this already, under number %(number)s.") % {"number": earlier.number})
    way = way_of(contested)
    if way is None:
        raise NotPossible(why_not(contested))
    if way.is_over:
        raise NotPossible(_("The time to object ended on %(day)s.") % {"day": strip_tags(both_dates(way.until))})
    return way


def objection_to(request: ServiceRequest) -> ServiceRequest | None:
    """The objection to this request, if there is one."""
    return ServiceRequest.objects.filter(parent=request).defer("answers", "search_text").first()


def _level_above(request: ServiceRequest) -> Department | None:
    """Above the department that answered; of an objection, above the level it went to, wherever it was referred."""
    if request.parent is None:
        return level_above(request.department)
    before = _level_above(request.parent)
    return level_above(before) if before else None


def _made(
    contested: ServiceRequest, to: Department, reason: str, files: Sequence[Attachment], language: str
) -> ServiceRequest:
    service, version = _receiving(contested)
    stage, now = version.value.first, timezone.now()
    of_applicant: dict[str, Any] = {name: getattr(contested, name) for name in _OF_THE_APPLICANT}
    return ServiceRequest(
        parent=contested,
        organisation=to.organisation,
        department=to,
        service=service,
        form_version=_form_version(),
        # The same contested request never makes a second one.
        submission_key=uuid.uuid5(contested.public_id, "objection"),
        channel=Channel.PORTAL,
        language=language or contested.language,
        answers={REASON: reason, ATTACHMENTS: [file.as_answer() for file in files]},
        workflow_version=version,
        stage_key=stage.key,
        status=stage.status,
        submitted_at=now,
        stage_since=now,
        updated_at=now,
        **of_applicant,
    )


def _receiving(contested: ServiceRequest) -> tuple[ServicePage, WorkflowVersion]:
    """The service and the workflow of objections to this request, however high they go."""
    while contested.parent is not None:
        contested = contested.parent
    chosen = next((block.value for block in contested.service.objection_service if block.value), None)
    if chosen is None:
        # Its own workflow could send them to departments below, even to the one that answered.
        return contested.service, usual_workflow()
    return chosen.source, workflow_for(chosen.source)


def _form_version() -> FormVersion:
    """The reason and what supports it: a form of ours, the same for every service."""
    return publish(_FORM, _form())


@cache
def _form() -> FormSpec:
    return FormSpec.model_validate_json((Path(__file__).parent / "objection_form.json").read_text())
