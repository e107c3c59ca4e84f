"""What happened to a request, in words. The desk's timeline and its History view read it.

A history row says how the request stood; its telling is found by comparing it with the row before:
the outcome that leads from one stage to the other, a new assignee, another department, other answers.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.history import CREATED, Difference, Entry, Names, differences, names_in, spoken
from cms.languages import in_language
from forms_builder.models import FormVersion
from service_requests.history.differences import answer_differences
from service_requests.history.reasons import MESSAGE, REVOKED, WRITTEN_TO, read
from service_requests.records.models import Channel, ServiceRequest
from services_catalog.processes.models import WorkflowVersion, workflow_of
from services_catalog.processes.workflow import Alarm, Kind, Outcome, Stage

OUTCOMES: Mapping[Kind, str | Promise] = {
    Kind.TAKE: gettext_lazy("The request was taken"),
    Kind.ASK_CITIZEN: gettext_lazy("The citizen was asked"),
    Kind.ANSWERED: gettext_lazy("The citizen answered"),
    Kind.APPROVE: gettext_lazy("The request was approved"),
    Kind.REJECT: gettext_lazy("The request was rejected"),
    Kind.WITHDRAW: gettext_lazy("The citizen cancelled the request"),
}
# Told field by field: the rest is told by the title, or never changes.
_COMPARED = ("transaction_number", "department", "applicant_name", "applicant_identity", "applicant_mobile")
_NAMED = ("assignee", "department")


@dataclass(frozen=True)
class _Step:
    """A history row beside the one before it, with what is needed to tell it."""

    before: Any
    after: Any
    names: Names
    versions: Mapping[int, FormVersion]


def timeline_of(request: ServiceRequest) -> "QuerySet[Any]":
    """The history rows of a request, newest first."""
    return (
        ServiceRequest.history.filter(id=request.pk)
        .select_related("history_user")
        .order_by("-history_date", "-history_id")
    )


def tell_request(rows: Sequence[Any], before: Any | None) -> list[Entry]:
    """History rows of one request, newest first, in words; `before` is the row that precedes the last.

    Queries: people, departments and, where answers changed, form versions; once each.
    """
    pairs = list(zip(rows, [*rows[1:], before], strict=True))
    names = names_in([*rows, *([before] if before else [])], [_field(name) for name in _NAMED])
    changed = {after.form_version_id for after, old in pairs if old and old.answers != after.answers}
    versions = FormVersion.objects.in_bulk(changed) if changed else {}
    return [_tell(_Step(old, row, names, versions)) for row, old in pairs]


def _tell(step: _Step) -> Entry:
    row, reason = step.after, read(step.after.history_change_reason)
    first = step.before is None or row.history_type == CREATED
    titles = [_begun(row)] if first else list(_titles(step))
    return Entry(
        title=" · ".join(titles) or _("The request was changed"),
        person=spoken(row.history_user) if row.history_user else "",
        moment=row.history_date,
        reason=reason.words,
        source="" if reason.source in {REVOKED, WRITTEN_TO} else reason.source_text,
        differences=() if first else list(_differences(step)),
        kind=row.history_type,
    )


def _begun(row: Any) -> str:
    if row.parent_id is not None:
        return _("The citizen objected to the answer")
    if row.channel == Channel.WINDOW:
        return _("The request was registered at the service window")
    return _("The request was submitted")


def _titles(step: _Step) -> Iterator[str]:
    before, after = step.before, step.after
    moved = before.stage_key != after.stage_key
    if before.workflow_version_id != after.workflow_version_id:
        yield _("It goes on by a newer version of its workflow")
    elif moved:
        yield _moved(before, after)
        outcome = _chosen(before, after)
        if outcome and outcome.issues:
            yield _("A document was issued")
    if before.assignee_id != after.assignee_id and not (moved and after.assignee_id == after.history_user_id):
        yield _assigned(step)
    if before.department_id != after.department_id:
        yield _("It went to another department")
    if not moved and after.rungs_done > before.rungs_done:
        yield _told(after)
    if before.answers != after.answers:
        yield _("The answers were changed")
    source = read(after.history_change_reason).source
    if source == REVOKED:
        yield _("A document was revoked")
    if source in {MESSAGE, WRITTEN_TO}:
        yield _("A message was sent to the citizen")


def _told(row: Any) -> str:
    """Of a request that is late, or soon will be."""
    stage = _stage_of(row)
    ladder = stage.ladder if stage else ()
    if 0 < row.rungs_done <= len(ladder) and ladder[row.rungs_done - 1].alarm is Alarm.AMBER:
        return _("Those responsible were told that most of its time is over")
    return _("Those responsible were told that it takes too long")


def _chosen(before: Any, after: Any) -> Outcome | None:
    stage = _stage_of(before)
    return (stage.outcome(after.last_outcome) or _between(before, after)) if stage else None


def _moved(before: Any, after: Any) -> str:
    outcome = _chosen(before, after)
    if outcome is None:
        return _("The state was changed")
    return str(OUTCOMES.get(outcome.kind) or in_language(outcome.label))


def _between(before: Any, after: Any) -> Outcome | None:
    return workflow_of(before.workflow_version_id).between(before.stage_key, after.stage_key)


def _assigned(step: _Step) -> str:
    if step.after.assignee_id is None:
        return _("Nobody is in charge of it any more")
    name = step.names.name(_field("assignee").related_model, step.after.assignee_id)
    return _("Put in charge: %(person)s") % {"person": name}


def _differences(step: _Step) -> Iterator[Difference]:
    before, after = step.before, step.after
    if before.stage_key != after.stage_key:
        yield Difference(_("State"), _stage(before), _stage(after))
    if before.assignee_id != after.assignee_id:
        model = _field("assignee").related_model
        old, new = step.names.name(model, before.assignee_id), step.names.name(model, after.assignee_id)
        yield Difference(_("In charge"), old, new)
    yield from _compared(step)
    if before.answers != after.answers:
        yield from answer_differences(step.versions[after.form_version_id].value, before.answers, after.answers)


def _compared(step: _Step) -> Iterator[Difference]:
    yield from differences(step.before, step.after, [_field(name) for name in _COMPARED], step.names)


def _stage(row: Any) -> str:
    stage = _stage_of(row)
    return in_language(stage.label) if stage else row.stage_key


def _stage_of(row: Any) -> Stage | None:
    """Where a history row says that the request stood; None when its workflow is gone."""
    try:
        return workflow_of(row.workflow_version_id).by_key.get(row.stage_key)
    except WorkflowVersion.DoesNotExist:
        return None


def _field(name: str) -> Any:
    return ServiceRequest._meta.get_field(name)
