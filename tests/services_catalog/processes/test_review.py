"""What a workflow is refused for before it is used; each test plants one fault. No database."""

import json
import re
from itertools import combinations, pairwise
from typing import Any

import pytest
from django.utils.translation import override

from services_catalog.processes.compiling import compile_stages, digest_of
from services_catalog.processes.drawing import draw
from services_catalog.processes.review import Fault, review
from services_catalog.processes.shipping import child_of, shipped_roles, shipped_workflows
from services_catalog.processes.statuses import Status
from services_catalog.processes.workflow import Kind, Outcome, Place, Rung, Stage, Workflow

ROLES = {"officer": True, "director": True, "cashier": False}


def words(text: str) -> dict[str, str]:
    return {"ar": text, "en": text}


def outcome(key: str, target: str, **more: Any) -> Outcome:
    return Outcome(key=key, label=words(key), target=target, block=f"o-{key}", **more)


def stage(key: str, status: Status, *outcomes: Outcome, **more: Any) -> Stage:
    return Stage(key=key, label=words(key), status=status, outcomes=outcomes, block=f"s-{key}", **more)


RECEIVED = stage("received", Status.SUBMITTED, outcome("take", "review", kind=Kind.TAKE))
REVIEW = stage(
    "review",
    Status.IN_REVIEW,
    outcome("approve", "done", kind=Kind.APPROVE),
    outcome("ask", "waiting", kind=Kind.ASK_CITIZEN),
)
WAITING = stage("waiting", Status.WAITING_CITIZEN, outcome("answered", "review", kind=Kind.ANSWERED))
DONE = stage("done", Status.COMPLETED)
SOUND = (RECEIVED, REVIEW, WAITING, DONE)


def workflow(*stages: Stage) -> Workflow:
    return Workflow(key="w", name=words("w"), stages=stages)


def faults(*stages: Stage) -> list[Fault]:
    with override("en"):
        return review(workflow(*stages), roles=ROLES, departments={"permits"})


def changed(one: Stage, **values: Any) -> Stage:
    return one.model_copy(update=values)


def test_a_sound_workflow_has_no_fault() -> None:
    assert faults(*SOUND) == []


def test_a_workflow_without_stages_says_so() -> None:
    assert [fault.message for fault in faults()] == ["Add a stage: a request has to stand somewhere."]


def instead(*others: Stage) -> tuple[Stage, ...]:
    """The sound workflow with some of its stages replaced, and others added."""
    named = {one.key: one for one in others}
    return (*(named.pop(one.key, one) for one in SOUND), *named.values())


def adding(more: Outcome, *others: Stage) -> tuple[Stage, ...]:
    """The sound workflow with one more outcome of its review."""
    return instead(changed(REVIEW, outcomes=(*REVIEW.outcomes, more)), *others)


PLANTED: list[tuple[tuple[Stage, ...], str, str]] = [
    ((*SOUND, DONE), "Another stage has the key", "s-done"),
    (adding(outcome("ask", "done")), "Another outcome of this stage has the key", "o-ask"),
    (instead(changed(RECEIVED, status=Status.IN_REVIEW)), "The first stage is where requests arrive", "s-received"),
    (instead(stage("lonely", Status.IN_PROGRESS, outcome("on", "done"))), "No outcome leads to this", "s-lonely"),
    (adding(outcome("aside", "end"), stage("end", Status.READY)), "Nothing leads out of this stage", "s-end"),
    (
        adding(outcome("aside", "round"), stage("round", Status.IN_PROGRESS, outcome("again", "round"))),
        "From here a request can never be closed",
        "s-round",
    ),
    (adding(outcome("on", "nowhere")), "Choose the stage that this leads to", "o-on"),
    (instead(changed(WAITING, outcomes=(outcome("on", "review"),))), "for the citizen's answer", "s-waiting"),
    (adding(outcome("ask_more", "done", kind=Kind.ASK_CITIZEN)), "Who asks the citizen waits for him", "o-ask_more"),
    (adding(outcome("said", "done", kind=Kind.ANSWERED)), "The citizen answers only where", "o-said"),
    (adding(outcome("no", "done", kind=Kind.REJECT)), "A decision against it leads to", "o-no"),
    (instead(changed(DONE, outcomes=(outcome("on", "review"),))), "is closed goes nowhere", "s-done"),
    (instead(changed(REVIEW, ladder=(Rung(alarm="red"),))), "Give this stage a target", "s-review"),
    (instead(changed(REVIEW, roles=("unheard",))), "There is no role “unheard”", "s-review"),
    (instead(changed(REVIEW, place=Place.NAMED, department="elsewhere")), "Choose the department", "s-review"),
    (adding(outcome("check", "done", needs_checklist=True)), "switch on the checklist", "o-check"),
    (adding(outcome("pay", "done", needs_amount=True)), "no outcome sets one", "o-pay"),
    (adding(outcome("x", "done", apart_from=("y",))), "There is no outcome “y”", "o-x"),
    (instead(changed(REVIEW, label={"ar": "دراسة"})), "in English too", "s-review"),
]


@pytest.mark.parametrize(("stages", "told", "block"), PLANTED)
def test_each_fault_is_told_at_its_block(stages: tuple[Stage, ...], told: str, block: str) -> None:
    found = faults(*stages)

    assert any(told in fault.message and fault.block == block and fault.level == "error" for fault in found), found


def test_whoever_sets_an_amount_may_not_collect_it() -> None:
    together = changed(
        REVIEW,
        outcomes=(outcome("amount", "paying", sets_amount=True), *REVIEW.outcomes),
    )
    paying = stage("paying", Status.WAITING_PAYMENT, outcome("paid", "done", needs_amount=True))
    apart = stage("paying", Status.WAITING_PAYMENT, outcome("paid", "done", needs_amount=True, apart_from=("amount",)))

    assert [fault.block for fault in faults(RECEIVED, together, paying, WAITING, DONE)] == ["o-paid"]
    assert faults(RECEIVED, together, apart, WAITING, DONE) == []


def test_an_outcome_that_nobody_may_choose_is_a_warning() -> None:
    closed = changed(REVIEW, outcomes=(*REVIEW.outcomes, outcome("collect", "done", roles=("cashier",))))

    found = faults(RECEIVED, closed, WAITING, DONE)

    assert [(fault.block, fault.level) for fault in found] == [("o-collect", "warning")]


def _issuing(**more: Any) -> tuple[Stage, ...]:
    return (
        RECEIVED,
        changed(REVIEW, outcomes=(outcome("approve", "done", issues="permit", **more), REVIEW.outcomes[1])),
        WAITING,
        DONE,
    )


@pytest.mark.parametrize(
    ("stages", "papers", "expected"),
    [
        (_issuing(), {"permit": ""}, []),
        (_issuing(), {}, ["error"]),
        (_issuing(), {"licence": ""}, ["error"]),
        (_issuing(), {"permit": "director"}, []),
        (_issuing(roles=("director",)), {"permit": "director"}, []),
        (_issuing(roles=("officer",)), {"permit": "director"}, ["error"]),
        (_issuing(), {"permit": "cashier"}, ["warning"]),
    ],
)
def test_a_document_needs_its_template_and_somebody_who_may_sign_it(
    stages: tuple[Stage, ...], papers: dict[str, str], expected: list[str]
) -> None:
    found = review(workflow(*stages), roles=ROLES, departments=(), papers=papers)

    assert [(fault.block, fault.level) for fault in found] == [("o-approve", level) for level in expected]


def test_a_citizens_answer_issues_nothing() -> None:
    waiting = changed(WAITING, outcomes=(outcome("answered", "review", kind=Kind.ANSWERED, issues="permit"),))

    found = review(workflow(RECEIVED, REVIEW, waiting, DONE), roles=ROLES, departments=(), papers={"permit": ""})

    assert [fault.block for fault in found] == ["o-answered"]


@pytest.mark.parametrize("key", list(shipped_workflows()))
def test_what_is_shipped_has_no_fault(key: str) -> None:
    record = shipped_workflows()[key]
    value = compile_stages(key, record["name"], [child_of(block) for block in record["stages"]])

    roles = {role["key"]: True for role in shipped_roles()}

    assert review(value, roles=roles, departments=()) == []


def test_blocks_that_were_copied_make_no_other_version() -> None:
    copied = [one.model_copy(update={"block": "elsewhere"}) for one in SOUND]

    assert digest_of(workflow(*copied)) == digest_of(workflow(*SOUND))
    assert digest_of(workflow(*SOUND[:-1], changed(DONE, label=words("end")))) != digest_of(workflow(*SOUND))


@pytest.mark.parametrize("mirrored", [False, True])
def test_a_picture_shows_every_stage_and_outcome_inside_its_sheet(mirrored: bool) -> None:
    drawing = draw(workflow(*SOUND), mirrored=mirrored)

    assert [box.stage.key for box in drawing.boxes] == ["received", "review", "waiting", "done"]
    assert len(drawing.arrows) == len(list(workflow(*SOUND).outcomes()))
    assert all(box.x >= 0 and box.right <= drawing.width for box in drawing.boxes)


@pytest.mark.parametrize("key", sorted(shipped_workflows()))
@pytest.mark.parametrize("language", ["ar", "en"])
def test_no_two_texts_and_no_two_arrows_of_a_drawing_lie_on_each_other(key: str, language: str) -> None:
    record = shipped_workflows()[key]
    with override(language):
        drawing = draw(compile_stages(key, record["name"], [child_of(one) for one in record["stages"]]))
    lines = [
        line.y
        for box in drawing.boxes
        for line in (*box.title, *(line for leaving in box.exits for line in leaving.lines))
    ]
    upright: dict[int, list[tuple[int, int, int]]] = {}
    for arrow in drawing.arrows:
        _start, height, lane, end, _into = _corners(arrow.path)
        upright.setdefault(lane, []).append((min(height, end), max(height, end), end))

    assert all(later - earlier >= 20 for earlier, later in pairwise(lines))
    assert all(
        one[2] == other[2] or one[1] < other[0] or other[1] < one[0]
        for spans in upright.values()
        for one, other in combinations(spans, 2)
    )
    assert all(below.y >= above.y + above.height + 20 for above, below in pairwise(drawing.boxes))
    assert all(0 < lane < drawing.width for lane in upright)


def _corners(path: str) -> tuple[int, int, int, int, int]:
    """Where an arrow starts (x, y), its lane, its height at the end, and where it arrives."""
    start, height, lane, end, into = re.findall(r"\d+", path)
    return int(start), int(height), int(lane), int(end), int(into)


def test_right_to_left_readers_get_the_mirror_image() -> None:
    plain, mirrored = (draw(workflow(*SOUND), mirrored=way) for way in (False, True))

    assert [plain.width - box.right for box in plain.boxes] == [box.x for box in mirrored.boxes]


def test_a_workflow_survives_being_stored() -> None:
    value = workflow(*SOUND)

    assert Workflow.model_validate(json.loads(value.model_dump_json())) == value
