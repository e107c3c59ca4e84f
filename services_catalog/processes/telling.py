"""A workflow in words: its stages, who has them, how long they may take and where they lead."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cms.languages import in_language
from services_catalog.processes.blocks import ALARMS, MEASURES, PLACES
from services_catalog.processes.review import Fault
from services_catalog.processes.workflow import KIND_LABELS, Kind, Outcome, Place, Rung, Stage, Workflow

_PLACES, _ALARMS, _MEASURES = dict(PLACES), dict(ALARMS), dict(MEASURES)


@dataclass(frozen=True)
class OutcomeWords:
    """One way out of a stage."""

    label: str
    target: str
    target_key: str
    notes: Sequence[str]
    faults: Sequence[Fault]


@dataclass(frozen=True)
class StageWords:
    """One stage, as a list beside the picture tells it."""

    key: str
    label: str
    state: str
    notes: Sequence[str]
    outcomes: Sequence[OutcomeWords]
    faults: Sequence[Fault]


def told(
    workflow: Workflow, roles: dict[str, str], departments: dict[str, str], faults: Iterable[Fault]
) -> list[StageWords]:
    """Every stage in words.

    Args:
        roles: names of roles by key.
        departments: names of the departments that it may name, by key.
        faults: what is wrong with it; each is told where it stands.
    """
    found = list(faults)
    return [
        StageWords(
            key=stage.key,
            label=in_language(stage.label),
            state=str(stage.status.label),
            notes=list(_notes(stage, roles, departments)),
            outcomes=[_outcome(workflow, outcome, roles, found) for outcome in stage.outcomes],
            faults=_at(found, stage.block),
        )
        for stage in workflow.stages
    ]


def _at(faults: Iterable[Fault], block: str) -> list[Fault]:
    return [fault for fault in faults if block and fault.block == block]


def _named(keys: Iterable[str], names: dict[str, str]) -> str:
    return _(", ").join(names.get(key, key) for key in keys)


def _notes(stage: Stage, roles: dict[str, str], departments: dict[str, str]) -> Iterable[str]:
    if stage.roles:
        yield _("Whose work it is: %(roles)s") % {"roles": _named(stage.roles, roles)}
    if stage.place is Place.NAMED:
        yield _("Department: %(department)s") % {"department": departments.get(stage.department, stage.department)}
    elif stage.place is Place.COMPETENT:
        yield str(_PLACES[stage.place.value])
    if stage.target:
        yield _("Target: %(target)s") % {"target": stage.target.words}
    if stage.checks_documents:
        yield _("The documents are checked one by one")
    for rung in stage.ladder:
        yield _rung(rung, roles)


def _rung(rung: Rung, roles: dict[str, str]) -> str:
    words = {
        "alarm": _ALARMS[rung.alarm.value],
        "measure": _MEASURES[rung.measure.value],
        "whom": roles.get(rung.role, rung.role) if rung.role else _("whoever is in charge"),
        "hours": rung.hours,
    }
    if rung.hours:
        return _("%(alarm)s, and %(hours)s working hours later: %(measure)s (%(whom)s)") % words
    return _("%(alarm)s: %(measure)s (%(whom)s)") % words


def _outcome(workflow: Workflow, outcome: Outcome, roles: dict[str, str], faults: list[Fault]) -> OutcomeWords:
    target = workflow.by_key.get(outcome.target)
    return OutcomeWords(
        label=in_language(outcome.label),
        target=in_language(target.label) if target else outcome.target,
        target_key=outcome.target if target else "",
        notes=list(_asked(workflow, outcome, roles)),
        faults=_at(faults, outcome.block),
    )


def _asked(workflow: Workflow, outcome: Outcome, roles: dict[str, str]) -> Iterable[str]:
    if outcome.kind is not Kind.MOVE:
        yield str(KIND_LABELS[outcome.kind])
    if outcome.roles:
        yield _("Who may: %(roles)s") % {"roles": _named(outcome.roles, roles)}
    if outcome.apart_from:
        labels = {other.key: in_language(other.label) for _stage, other in workflow.outcomes()}
        yield _("Not whoever chose: %(outcomes)s") % {"outcomes": _named(outcome.apart_from, labels)}
    for is_so, words in (
        (outcome.needs_note, _("A note must be written")),
        (outcome.needs_document, _("A file must be attached")),
        (outcome.needs_checklist, _("Every document must be in order")),
        (outcome.sets_amount, _("Sets the amount to be paid")),
        (outcome.needs_amount, _("The amount must have been set")),
        (bool(outcome.issues), _("Issues a document")),
        (outcome.tells_citizen, _("The citizen is told")),
    ):
        if is_so:
            yield words
