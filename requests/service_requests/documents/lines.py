"""An answer as a page shows it, cut into lines for a document. Pure.

Every field type already says in its HTML which part of an answer reads left to right (a number, an
address, a file's name). A document takes that over, so no type has to be drawn a second time.
"""

import re
import unicodedata
from dataclasses import asdict, dataclass, field, replace
from html.parser import HTMLParser
from typing import Any

# A word that is longer than a line has to break somewhere.
_LONG_WORD = re.compile(r"\S{40}(?=\S)")
_STRONG = {"L": "ltr", "R": "rtl", "AL": "rtl"}
# Begin a line of their own.
_BLOCKS = frozenset({"p", "div", "li", "ol", "ul", "br"})


@dataclass(frozen=True)
class Run:
    """A piece of a line; `direction` is "ltr", "rtl" or, by its own letters, "auto". Empty: as the line."""

    text: str
    direction: str = ""


@dataclass
class Line:
    """One line; `number` stands before an entry of a list.

    As on a page, what was typed reads the way of its own first letter, whichever language the document is in:
    otherwise the full stop of an Arabic answer stands before it in an English document.
    """

    runs: list[Run] = field(default_factory=list)
    number: int = 0

    def as_values(self) -> dict[str, Any]:
        by_letters = ("auto", "") if len(self.runs) == 1 else ("auto",)
        runs = [
            replace(run, direction=_direction_of(run.text)) if run.direction in by_letters else run for run in self.runs
        ]
        return {"number": self.number, "runs": [asdict(run) for run in runs]}


def _direction_of(text: str) -> str:
    """Of its first letter; empty where it has none."""
    kinds = (unicodedata.bidirectional(letter) for letter in text)
    first = next((kind for kind in kinds if kind in _STRONG), "")
    return _STRONG.get(first, "")


def lines_of(html: str) -> list[Line]:
    """The lines of an answer's HTML; none for no answer."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return [line for line in reader.lines if line.runs]


class _Reader(HTMLParser):
    """Keeps the text, the isolated directions and the numbers of entries; drops everything else."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines = [Line()]
        self.directions: list[tuple[str, str]] = []
        self.entries = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self._new_line()
        if tag == "ol":
            self.entries = 0
        if tag == "li":
            self.entries += 1
            self.lines[-1].number = self.entries
        if tag == "bdi":
            self.directions.append((tag, dict(attrs).get("dir") or "auto"))

    def handle_endtag(self, tag: str) -> None:
        if tag == "bdi" and self.directions:
            self.directions.pop()
        elif tag in _BLOCKS:
            self._new_line()

    def handle_data(self, data: str) -> None:
        text = " ".join(data.split())
        if not text:
            if data and self.lines[-1].runs:
                self._add(" ", "")
            return
        before = " " if data[0].isspace() and self.lines[-1].runs else ""
        after = " " if data[-1].isspace() else ""
        self._add(before + text + after, self.directions[-1][1] if self.directions else "")

    def _add(self, text: str, direction: str) -> None:
        self.lines[-1].runs.append(Run(_LONG_WORD.sub("\\g<0>\u200b", text), direction))

    def _new_line(self) -> None:
        if self.lines[-1].runs:
            self.lines.append(Line())
