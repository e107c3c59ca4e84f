"""Make a request of a draft: once, whatever is pressed twice.

Called by the wizard; the only place besides `workflow/` and `exchange/` that writes a request.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone

from forms_builder.fields.base import Answers, Context, field_type
from forms_builder.models import FormVersion
from forms_builder.spec import FormSpec
from forms_builder.validation import AnswerFault, Result, settle, validate
from home.accounts.establishments.delegating import may_act_for
from home.accounts.models import User
from service_requests.appointments import booking
from service_requests.notices.outbox import announce
from service_requests.notices.texts import SUBMITTED
from service_requests.records.models import Attachment, Channel, ServiceRequest
from service_requests.wizard.appointments import has_appointments, hold_what_is_sent
from service_requests.wizard.journey import Journey
from service_requests.wizard.models import Draft
from service_requests.wizard.offers import department_of, wide_columns
from service_requests.wizard.storage import empty
from service_requests.wizard.uploads import file_ids
from service_requests.workflow.entering import enter
from service_requests.workflow.placing import first_department
from services_catalog.processes.defaults import workflow_for


class NotThisForm(Exception):
    """The draft cannot be submitted with the form version it was shown with; nothing was written."""


class NotForThisOffice(Exception):
    """He does not act for the establishment any more, or nobody may apply like this; nothing was written."""


class MobileNotProved(Exception):
    """A guest has to show first that the mobile is his; nothing was written."""


class Incomplete(Exception):
    """The form has faults; nothing was written."""

    def __init__(self, result: Result) -> None:
        super().__init__("The form has faults.")
        self.result = result


def submit(draft: Draft, *, by: User, context: Context, signed: Answers | None = None) -> ServiceRequest:
    """The request this draft becomes, or has become already.

    `by` is who fills it in: the applicant himself or, at the service window, the clerk; the request is always the
    applicant's.

    `signed` are the answers given on the review page itself, which the draft does not hold.

    Everything that needs no number comes first: the counter's row stays locked until the end. What an answer
    promises is made good under that number, or all of it is rolled back.

    Raises:
        NotThisForm: when the draft was moved to another form version since it was read, or its version is retired.
        NotForThisOffice: when he does not act for the establishment any more; its delegation is held until the end.
        MobileNotProved: when he is a guest without a proved mobile.
        Incomplete: when an answer is missing or wrong by the form version the draft is pinned to,
            or when something was typed over an answer that is not an answer itself.
        Draft.DoesNotExist: when the draft is not this person's to send, or was deleted or given up meanwhile.
    """
    with transaction.atomic():
        locked = _locked(draft, by)
        if locked.request:
            return locked.request
        if locked.closed_at:
            raise Draft.DoesNotExist
        _check_applicant(locked)
        is_retired = locked.version_retired_at is not None  # type: ignore[attr-defined]  # annotated by _locked
        if locked.form_version_id != draft.form_version_id or is_retired:
            raise NotThisForm
        # A version is the same for whoever reads it; so it is not read again.
        locked.form_version = draft.form_version
        files = _locked_files(locked)
        context = replace(context, holder=locked.holder)
        journey = Journey(locked.form_version.value, locked.data, files).known_to_the_state(context)
        result = checked(journey, signed, context)
        lost = hold_what_is_sent(locked, journey.spec, result.answers, by=by)
        if lost:
            raise Incomplete(Result(result.answers, [AnswerFault("", key, told) for key, told in lost.items()]))
        request = _create(locked, by, result.answers, timezone.now(), context.evidence.get("assurance", ""))
        faults = settle(journey.spec, result.answers, number=request.number, language=context.language)
        if faults:
            raise Incomplete(Result(faults=faults))
        named = set(file_ids(result.answers))
        claimed = [file.pk for file in files if str(file.public_id) in named]
        Attachment.objects.filter(pk__in=claimed).update(request=request)
        if has_appointments(journey.spec):
            booking.confirm(locked.holder, request, by=by)
        announce(SUBMITTED, request)
        _close(locked, request)
    return request


def _check_applicant(draft: Draft) -> None:
    """Whether he may send this in this name, as things stand now; at the window too it is he who applies."""
    service, office = draft.service, draft.acting_for_id
    is_for_him = service.is_for_establishments if office else service.is_for_persons
    if not is_for_him or (office and not may_act_for(draft.applicant, office)):
        raise NotForThisOffice
    if draft.applicant.is_guest and not draft.applicant.mobile_is_proved:
        raise MobileNotProved


def checked(journey: Journey, signed: Answers | None, context: Context) -> Result:
    """The answers as they would be sent.

    Raises:
        Incomplete: as `submit` does.
    """
    result = validate(journey.spec, {**journey.stored, **(signed or {})}, context)
    if result.faults or journey.has_wrong_answers or journey.unpassed(context):
        raise Incomplete(result)
    return result


def _locked(draft: Draft, by: User) -> Draft:
    retired = FormVersion.objects.filter(pk=OuterRef("form_version")).values("retired_at")
    return (
        Draft.objects.select_for_update(of=("self",))
        .annotate(version_retired_at=Subquery(retired))
        # Not "request": PostgreSQL reads the locked row again after a wait, but not the rows joined to it.
        # Nor "form_version": a draft that moved during the wait would not be found at all.
        .select_related("applicant", "acting_for", "service__department__organisation__working_calendar")
        .defer(*wide_columns("service__"))
        .get(_is_for(by), pk=draft.pk)
    )


def _locked_files(draft: Draft) -> list[Attachment]:
    """Locked: one that is removed at this moment, from another tab, is either not named or not removed."""
    uploaded = Attachment.objects.filter(draft_upload__draft=draft)
    return list(uploaded.select_for_update(of=("self",)).order_by("pk"))


def _is_for(person: User) -> Q:
    """Drafts this person may send: his own, and those he fills in at the window for others."""
    return Q(applicant=person, registered_by=None) | Q(registered_by=person)


def _create(draft: Draft, by: User, answers: Mapping[str, Any], now: datetime, assurance: str) -> ServiceRequest:
    spec, department = draft.form_version.value, department_of(draft.service)
    version = workflow_for(draft.service)
    stage = version.value.first
    department = first_department(stage, department)
    applicant = draft.applicant if draft.is_of_the_window else by
    facts = applicant_facts(spec, answers, applicant)
    request = ServiceRequest(
        organisation=department.organisation,
        service=draft.service,
        form_version=draft.form_version,
        submission_key=draft.public_id,
        applicant=applicant,
        acting_for=draft.acting_for,
        registered_by=draft.registered_by,
        channel=Channel.WINDOW if draft.is_of_the_window else Channel.PORTAL,
        language=draft.language,
        identity_assurance=assurance,
        answers=answers,
        workflow_version=version,
        stage_key=stage.key,
        status=stage.status,
        department=department,
        submitted_at=now,
        stage_since=now,
        updated_at=now,
        **facts,
    )
    enter(request, by=by)
    return request


def applicant_facts(spec: FormSpec, answers: Answers, applicant: User) -> dict[str, str]:
    """Who applies and how he is reached: his account, and for the mobile first what he wrote in this form."""
    told = {field_type(field.type).known_as: answers[field.key] for field in spec.fields() if field.key in answers}
    identity = told.get("identity")
    return {
        "applicant_name": applicant.full_name or str(told.get("full_name") or applicant.get_full_name()),
        "applicant_identity": applicant.identity_number
        or (str(identity.get("number", "")) if isinstance(identity, Mapping) else ""),
        # Of a guest the one he has proved: by it he comes back.
        "applicant_mobile": applicant.mobile if applicant.is_guest else str(told.get("mobile") or applicant.mobile),
    }


def _close(draft: Draft, request: ServiceRequest) -> None:
    now = timezone.now()
    # What was typed and not asked for in the end is not kept.
    Draft.objects.filter(pk=draft.pk).update(
        closed_at=now, request=request, data=empty(), revision=F("revision") + 1, updated_at=now
    )
