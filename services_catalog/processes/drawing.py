"""A workflow as a picture: stages as cards below each other, outcomes as arrows from their line on the card. Pure.

The words of an outcome stand on the card it leaves, so no two texts can overlap. Arrows to later stages run
in lanes on the far side of the cards, arrows back on the near side; those to the same stage share a lane.
The template draws it as SVG. Right-to-left readers get the mirror image.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from textwrap import wrap

from cms.languages import in_language
from services_catalog.processes.workflow import Outcome, Stage, Workflow

BOX_WIDTH = 300
PADDING = 12
LINE_HEIGHT = 20
GAP = 28
MARGIN = 16
# Between two arrows that run beside each other, and between the cards and the first of them.
LANE = 16
# As many letters as surely fit on a card.
_LETTERS = 36


@dataclass(frozen=True)
class Line:
    """A line of text: its words, and where its letters stand."""

    text: str
    y: int


@dataclass(frozen=True)
class Exit:
    """An outcome on the card of its stage: its words, and the height at which its arrow leaves."""

    outcome: Outcome
    lines: tuple[Line, ...]
    y: int


@dataclass(frozen=True)
class Box:
    """The card of a stage, in pixels from the top left corner; `text_x` is where reading begins."""

    stage: Stage
    x: int
    y: int
    height: int
    text_x: int
    title: tuple[Line, ...]
    state_y: int
    exits: tuple[Exit, ...]

    @property
    def entry_y(self) -> int:
        """The height at which arrows arrive."""
        return self.y + PADDING + LINE_HEIGHT // 2

    @property
    def rule_y(self) -> int:
        """The height of the line between the name and the outcomes."""
        return self.state_y + LINE_HEIGHT // 2

    @property
    def right(self) -> int:
        return self.x + BOX_WIDTH


@dataclass(frozen=True)
class Arrow:
    """An outcome on the picture: an SVG path."""

    outcome: Outcome
    path: str
    goes_back: bool


@dataclass(frozen=True)
class Drawing:
    """Cards and arrows on a sheet of this size."""

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    width: int
    height: int


@dataclass(frozen=True)
class _Way:
    """All arrows to one stage on one side: from the highest to the lowest line they touch."""

    target: str
    starts: tuple[tuple[Outcome, int], ...]
    end: int
    goes_back: bool

    @property
    def span(self) -> tuple[int, int]:
        heights = [*(y for _outcome, y in self.starts), self.end]
        return min(heights), max(heights)


def draw(workflow: Workflow, *, mirrored: bool = False) -> Drawing:
    """The picture of a workflow, its stages in the order the editor gave them."""
    cards = list(_boxes(workflow.stages))
    ways = list(_ways(cards))
    back = _in_lanes(way for way in ways if way.goes_back)
    on = _in_lanes(way for way in ways if not way.goes_back)
    left = MARGIN + LANE * (_count(back) + 1)
    width = left + BOX_WIDTH + LANE * (_count(on) + 1) + MARGIN
    boxes = tuple(_placed(card, left, width, mirrored=mirrored) for card in cards)
    arrows = tuple(arrow for way, lane in [*back, *on] for arrow in _arrows(way, lane, left, width, mirrored=mirrored))
    return Drawing(boxes, arrows, width, cards[-1].y + cards[-1].height + MARGIN)


def _boxes(stages: Sequence[Stage]) -> Iterator[Box]:
    y = MARGIN
    for stage in stages:
        box = _box(stage, y)
        yield box
        y += box.height + GAP


def _box(stage: Stage, y: int) -> Box:
    baseline = y + PADDING + LINE_HEIGHT // 2 + 5
    title = _lines(in_language(stage.label) or stage.key, baseline)
    state_y = baseline + LINE_HEIGHT * len(title)
    height_of_exit = state_y + LINE_HEIGHT + PADDING // 2
    exits: list[Exit] = []
    for outcome in stage.outcomes:
        lines = _lines(in_language(outcome.label) or outcome.key, height_of_exit)
        exits.append(Exit(outcome, lines, height_of_exit - 5))
        height_of_exit += LINE_HEIGHT * len(lines)
    last = exits[-1].lines[-1].y if exits else state_y
    return Box(stage, 0, y, last + PADDING - y, 0, title, state_y, tuple(exits))


def _lines(text: str, y: int) -> tuple[Line, ...]:
    return tuple(Line(part, y + LINE_HEIGHT * at) for at, part in enumerate(wrap(text, _LETTERS)))


def _ways(boxes: Sequence[Box]) -> Iterator[_Way]:
    for at, box in enumerate(boxes):
        for goes_back in (True, False):
            sources = boxes[at:] if goes_back else boxes[:at]
            starts = tuple(
                (exit_.outcome, exit_.y)
                for source in sources
                for exit_ in source.exits
                if exit_.outcome.target == box.stage.key
            )
            if starts:
                yield _Way(box.stage.key, starts, box.entry_y, goes_back)


def _in_lanes(ways: Iterable[_Way]) -> list[tuple[_Way, int]]:
    """Each way with its lane: short ones next to the cards, none over another in the same lane."""
    taken: list[list[tuple[int, int]]] = []
    found = []
    for way in sorted(ways, key=lambda one: (one.span[1] - one.span[0], one.span)):
        top, bottom = way.span
        free = (at for at, spans in enumerate(taken) if all(bottom < start or end < top for start, end in spans))
        lane = next(free, len(taken))
        if lane == len(taken):
            taken.append([])
        taken[lane].append((top, bottom))
        found.append((way, lane))
    return found


def _count(ways: Sequence[tuple[_Way, int]]) -> int:
    return max((lane + 1 for _way, lane in ways), default=0)


def _placed(box: Box, left: int, width: int, *, mirrored: bool) -> Box:
    x = width - left - BOX_WIDTH if mirrored else left
    text_x = x + BOX_WIDTH - PADDING if mirrored else x + PADDING
    return Box(box.stage, x, box.y, box.height, text_x, box.title, box.state_y, box.exits)


def _arrows(way: _Way, lane: int, left: int, width: int, *, mirrored: bool) -> Iterator[Arrow]:
    side = left if way.goes_back else left + BOX_WIDTH
    aside = side + LANE * (lane + 1) * (-1 if way.goes_back else 1)
    if mirrored:
        side, aside = width - side, width - aside
    for outcome, y in way.starts:
        yield Arrow(outcome, f"M{side} {y} H{aside} V{way.end} H{side}", way.goes_back)
