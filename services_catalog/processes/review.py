"""What is wrong with a workflow before it may be used. Static and pure but for the roles that somebody holds.

Errors stop it, warnings do not. Each fault carries the id of the editor's block.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from django.utils.translation import gettext as _

from cms.languages import content_languages, in_language
from services_catalog.processes.statuses import Status
from services_catalog.processes.workflow import Kind, Outcome, Place, Stage, Workflow


@dataclass(frozen=True)
class Fault:
    """One thing to put right, and the block it stands in."""

    message: str
    block: str = ""
    level: Literal["error", "warning"] = "error"


def review(
    workflow: Workflow,
    *,
    roles: Mapping[str, bool],
    departments: Collection[str],
    papers: Mapping[str, str] = MappingProxyType({}),
) -> list[Fault]:
    """Every fault of a workflow.

    Args:
        roles: the roles there are, and whether somebody holds each of them.
        departments: keys of the departments it may name.
        papers: keys of the templates of documents it may name, with the role that signs or "".
    """
    if not workflow.stages:
        return [Fault(_("Add a stage: a request has to stand somewhere."))]
    return [
        *_keys(workflow),
        *(fault for stage in workflow.stages for fault in _stage(workflow, stage, roles, departments)),
        *(fault for stage, outcome in workflow.outcomes() for fault in _outcome(workflow, stage, outcome, roles)),
        *(fault for stage, outcome in workflow.outcomes() for fault in _paper(stage, outcome, papers, roles)),
        *_ways(workflow),
    ]


def _keys(workflow: Workflow) -> Iterator[Fault]:
    times = Counter(stage.key for stage in workflow.stages)
    for stage in workflow.stages:
        if times[stage.key] > 1:
            yield Fault(_("Another stage has the key “%(key)s” too.") % {"key": stage.key}, stage.block)
        keys = Counter(outcome.key for outcome in stage.outcomes)
        for outcome in stage.outcomes:
            if keys[outcome.key] > 1:
                yield Fault(
                    _("Another outcome of this stage has the key “%(key)s” too.") % {"key": outcome.key}, outcome.block
                )


def _stage(
    workflow: Workflow, stage: Stage, roles: Mapping[str, bool], departments: Collection[str]
) -> Iterator[Fault]:
    yield from _texts(stage.label, stage.block)
    yield from _roles(stage.roles, roles, stage.block)
    yield from _roles([rung.role for rung in stage.ladder if rung.role], roles, stage.block)
    if stage.place is Place.NAMED and stage.department not in departments:
        yield Fault(_("Choose the department that has it in this stage."), stage.block)
    if stage.ladder and stage.target is None:
        yield Fault(_("Give this stage a target: without one nothing is ever late, and nobody told."), stage.block)
    if stage.is_closed and stage.outcomes:
        yield Fault(
            _("A request that is closed goes nowhere: remove the outcomes, or choose another state."), stage.block
        )
    if stage.is_closed and stage.target is not None:
        yield Fault(_("A request that is closed is never due: remove the target."), stage.block)
    if stage is workflow.first and stage.status is not Status.SUBMITTED:
        yield Fault(_("The first stage is where requests arrive: its state is “Submitted”."), stage.block)
    if stage.status is Status.WAITING_CITIZEN and stage.of_kind(Kind.ANSWERED) is None:
        yield Fault(_("Add an outcome for the citizen's answer: without it he waits for ever."), stage.block)


def _outcome(workflow: Workflow, stage: Stage, outcome: Outcome, roles: Mapping[str, bool]) -> Iterator[Fault]:
    yield from _texts(outcome.label, outcome.block)
    target = workflow.by_key.get(outcome.target)
    if target is None:
        yield Fault(_("Choose the stage that this leads to."), outcome.block)
        return
    if outcome.kind is Kind.ASK_CITIZEN and target.status is not Status.WAITING_CITIZEN:
        yield Fault(_("Who asks the citizen waits for him: choose a stage whose state says so."), outcome.block)
    if outcome.kind is Kind.WITHDRAW and target.status is not Status.CANCELLED:
        yield Fault(_("What the citizen calls off leads to a stage that is cancelled."), outcome.block)
    if outcome.kind is Kind.ANSWERED and stage.status is not Status.WAITING_CITIZEN:
        yield Fault(_("The citizen answers only where the request waits for him."), outcome.block)
    if outcome.kind is Kind.REJECT and target.status not in {Status.REJECTED, Status.CANCELLED}:
        yield Fault(_("A decision against it leads to a stage that is rejected or cancelled."), outcome.block)
    if outcome.kind is Kind.REFER and target.place is not Place.STAYS:
        yield Fault(
            _(
                "Whoever refers it chooses the department: lead to a stage where “who has it” is the department "
                "that has it already."
            ),
            outcome.block,
        )
    if outcome.needs_checklist and not stage.checks_documents:
        yield Fault(
            _("This asks for the documents to be checked: switch on the checklist of the stage."), outcome.block
        )
    yield from _holders(stage, outcome, roles)
    yield from _money(workflow, outcome)
    yield from _apart(workflow, outcome)


def _holders(stage: Stage, outcome: Outcome, roles: Mapping[str, bool]) -> Iterator[Fault]:
    if outcome.is_citizens:
        return
    yield from _roles(outcome.roles, roles, outcome.block)
    needed = outcome.roles or stage.roles
    if needed and not any(roles.get(role) for role in needed):
        yield Fault(
            _("Nobody may choose this: no member of staff holds one of its roles yet."), outcome.block, "warning"
        )


def _money(workflow: Workflow, outcome: Outcome) -> Iterator[Fault]:
    setters = {other.key for _stage, other in workflow.outcomes() if other.sets_amount}
    if outcome.needs_amount and not setters:
        yield Fault(_("This asks for an amount, and no outcome sets one."), outcome.block)
    if outcome.needs_amount and outcome.sets_amount:
        yield Fault(_("An outcome either sets the amount or asks that it was set."), outcome.block)
    # Who sets an amount may neither collect nor approve it.
    if outcome.needs_amount and not setters <= set(outcome.apart_from):
        yield Fault(
            _(
                "Whoever set the amount may not collect or approve it: name the outcome that sets it under "
                "“not the same person”."
            ),
            outcome.block,
        )


def _paper(stage: Stage, outcome: Outcome, papers: Mapping[str, str], roles: Mapping[str, bool]) -> Iterator[Fault]:
    if not outcome.issues:
        return
    if outcome.is_citizens:
        yield Fault(_("What a citizen does issues no document."), outcome.block)
        return
    if outcome.issues not in papers:
        yield Fault(
            _("There is no document template “%(key)s”: make it first, or choose another.") % {"key": outcome.issues},
            outcome.block,
        )
        return
    signer, choosing = papers[outcome.issues], outcome.roles or stage.roles
    if not signer:
        return
    if choosing and signer not in choosing:
        yield Fault(
            _("Nobody may choose this: its document is signed by a role that is not among “who may”."), outcome.block
        )
    elif not roles.get(signer):
        yield Fault(
            _("Nobody can sign its document: no member of staff holds the role that signs it yet."),
            outcome.block,
            "warning",
        )


def _apart(workflow: Workflow, outcome: Outcome) -> Iterator[Fault]:
    known = {other.key for _stage, other in workflow.outcomes()}
    for key in outcome.apart_from:
        if key not in known:
            yield Fault(_("There is no outcome “%(key)s” to keep apart from.") % {"key": key}, outcome.block)


def _ways(workflow: Workflow) -> Iterator[Fault]:
    """Dead ends, and stages that nothing leads to."""
    reached = _closure({workflow.first.key}, _forward(workflow))
    ends = {stage.key for stage in workflow.stages if stage.is_closed}
    if not ends:
        yield Fault(_("Add a stage that closes the request, such as completed or rejected."))
        return
    finishing = _closure(ends, _backward(workflow))
    for stage in workflow.stages:
        if stage.key not in reached:
            yield Fault(_("No outcome leads to this stage."), stage.block)
        elif not stage.is_closed and not stage.outcomes:
            yield Fault(_("Nothing leads out of this stage: add an outcome, or a state that closes it."), stage.block)
        elif stage.key not in finishing:
            yield Fault(_("From here a request can never be closed."), stage.block)


def _forward(workflow: Workflow) -> dict[str, set[str]]:
    ways: dict[str, set[str]] = defaultdict(set)
    for stage, outcome in workflow.outcomes():
        ways[stage.key].add(outcome.target)
    return ways


def _backward(workflow: Workflow) -> dict[str, set[str]]:
    ways: dict[str, set[str]] = defaultdict(set)
    for stage, outcome in workflow.outcomes():
        ways[outcome.target].add(stage.key)
    return ways


def _closure(start: set[str], ways: Mapping[str, set[str]]) -> set[str]:
    found, coming = set(start), list(start)
    while coming:
        for key in ways.get(coming.pop(), set()) - found:
            found.add(key)
            coming.append(key)
    return found


def _roles(keys: Collection[str], roles: Mapping[str, bool], block: str) -> Iterator[Fault]:
    for key in keys:
        if key not in roles:
            yield Fault(_("There is no role “%(key)s”.") % {"key": key}, block)


def _texts(label: Mapping[str, str], block: str) -> Iterator[Fault]:
    for code, name in content_languages():
        if not label.get(code):
            yield Fault(
                _("Write “%(text)s” in %(language)s too.") % {"text": in_language(dict(label)), "language": name}, block
            )
