"""The table that `make bench` prints."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One comparison. `ratio` is `other` ÷ `ours` where more is better, and a plain figure otherwise."""

    what: str
    ours: str
    other: str
    ratio: str
    goal: str
    met: bool


def faster(what: str, ours: float, other: float, other_name: str, goal: float) -> Row:
    """How many times faster than `other` we are; a goal below 1 grants us to be slower than a floor."""
    ratio = other / ours
    return Row(what, ms(ours), f"{other_name} {ms(other)}", f"{ratio:.2f}×", f"≥ {goal:g}×", ratio >= goal)


def at_most(what: str, ours: float, other: float, other_name: str, goal: float) -> Row:
    """How many times longer than `other` we may take."""
    ratio = ours / other
    return Row(what, ms(ours), f"{other_name} {ms(other)}", f"{ratio:.2f}×", f"≤ {goal:g}×", ratio <= goal)


def queries(what: str, ours: int, other: int | None, goal: int) -> Row:
    beside = "" if other is None else f"peer {other}"
    return Row(what, f"{ours} queries", beside, "", f"≤ {goal} queries", ours <= goal)


def ms(seconds: float) -> str:
    return f"{seconds * 1000:.2f} ms"


def printed(rows: Iterable[Row]) -> str:
    lines = [("what", "ours", "peer or floor", "ratio", "goal", "met?")]
    lines += [(row.what, row.ours, row.other, row.ratio, row.goal, "yes" if row.met else "NO") for row in rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    text = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    text.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(text)
