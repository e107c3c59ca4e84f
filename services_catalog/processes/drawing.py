"""A workflow as a picture: stages in rows by their distance from the first, outcomes as arrows. Pure.

It places boxes and routes arrows; the template draws them as SVG. Right-to-left readers get the mirror image.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from cms.languages import in_language
from services_catalog.processes.workflow import Outcome, Stage, Workflow

BOX_WIDTH, BOX_HEIGHT = 200, 64
GAP_X, GAP_Y = 48, 72
MARGIN = 24
# Arrows that do not lead to the next row run beside the boxes, each in a lane of its own.
LANE = 18


@dataclass(frozen=True)
class Box:
    """A stage on the picture, in pixels from the top left corner."""

    stage: Stage
    x: int
    y: int

    @property
    def label(self) -> str:
        return in_language(self.stage.label)

    @property
    def middle(self) -> int:
        return self.x + BOX_WIDTH // 2

    @property
    def bottom(self) -> int:
        return self.y + BOX_HEIGHT

    @property
    def text_y(self) -> int:
        return self.y + BOX_HEIGHT // 2


@dataclass(frozen=True)
class Arrow:
    """An outcome on the picture: an SVG path, and where its words stand."""

    outcome: Outcome
    path: str
    x: int
    y: int

    @property
    def label(self) -> str:
        return in_language(self.outcome.label)


@dataclass(frozen=True)
class Drawing:
    """Boxes and arrows on a sheet of this size."""

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    width: int
    height: int


def draw(workflow: Workflow, *, mirrored: bool = False) -> Drawing:
    """The picture of a workflow; stages that nothing leads to stand at the end."""
    rows = _rows(workflow)
    widest = max(len(row) for row in rows)
    inner = widest * BOX_WIDTH + (widest - 1) * GAP_X
    aside = [pair for pair in workflow.outcomes() if not _is_next(rows, pair[0].key, pair[1].target)]
    width = 2 * MARGIN + inner + LANE * (len(aside) + 1)
    boxes = {box.stage.key: box for box in _boxes(rows, inner, width, mirrored=mirrored)}
    arrows = [*_straight(workflow, boxes, rows), *_beside(aside, boxes, inner, width, mirrored=mirrored)]
    height = 2 * MARGIN + len(rows) * BOX_HEIGHT + (len(rows) - 1) * GAP_Y
    return Drawing(tuple(boxes.values()), tuple(arrows), width, height)


def _rows(workflow: Workflow) -> list[list[Stage]]:
    distance = {workflow.first.key: 0}
    coming = [workflow.first.key]
    for key in coming:
        for outcome in workflow.stage(key).outcomes:
            if outcome.target in workflow.by_key and outcome.target not in distance:
                distance[outcome.target] = distance[key] + 1
                coming.append(outcome.target)
    last = max(distance.values()) + 1
    rows: dict[int, list[Stage]] = defaultdict(list)
    for stage in workflow.stages:
        rows[distance.get(stage.key, last)].append(stage)
    return [rows[number] for number in sorted(rows)]


def _is_next(rows: list[list[Stage]], source: str, target: str) -> bool:
    places = {stage.key: number for number, row in enumerate(rows) for stage in row}
    return target not in places or places[target] == places[source] + 1


def _boxes(rows: list[list[Stage]], inner: int, width: int, *, mirrored: bool) -> Iterator[Box]:
    for number, row in enumerate(rows):
        taken = len(row) * BOX_WIDTH + (len(row) - 1) * GAP_X
        start = MARGIN + (inner - taken) // 2
        for place, stage in enumerate(row):
            x = start + place * (BOX_WIDTH + GAP_X)
            yield Box(stage, width - x - BOX_WIDTH if mirrored else x, MARGIN + number * (BOX_HEIGHT + GAP_Y))


def _straight(workflow: Workflow, boxes: dict[str, Box], rows: list[list[Stage]]) -> Iterator[Arrow]:
    for stage, outcome in workflow.outcomes():
        if outcome.target not in boxes or not _is_next(rows, stage.key, outcome.target):
            continue
        start, end = boxes[stage.key], boxes[outcome.target]
        halfway = (start.bottom + end.y) // 2
        path = f"M{start.middle} {start.bottom} C{start.middle} {halfway} {end.middle} {halfway} {end.middle} {end.y}"
        yield Arrow(outcome, path, (start.middle + end.middle) // 2, halfway)


def _beside(
    aside: list[tuple[Stage, Outcome]], boxes: dict[str, Box], inner: int, width: int, *, mirrored: bool
) -> Iterator[Arrow]:
    """Arrows back, further on, or within a row: out at the side, along a lane, in at the side."""
    for number, (stage, outcome) in enumerate(aside):
        start, end = boxes[stage.key], boxes[outcome.target]
        lane = MARGIN + inner + LANE * (number + 1)
        x = width - lane if mirrored else lane
        out = start.x if mirrored else start.x + BOX_WIDTH
        into = end.x if mirrored else end.x + BOX_WIDTH
        from_y, to_y = start.text_y + 6 * (number % 3), end.text_y - 6 * (number % 3 + 1)
        yield Arrow(outcome, f"M{out} {from_y} H{x} V{to_y} H{into}", x, (from_y + to_y) // 2)
