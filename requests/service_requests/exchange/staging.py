"""What judging a file found: plain values between the judge, the database and the preview page."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self


@dataclass(frozen=True)
class Change:
    """One cell: what the request says now, and what it would say."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class ChangedRow:
    """A request that would change.

    Attributes:
        line: row of the spreadsheet.
        seen: fingerprint of the request the changes were worked out for.
        answers: all its answers afterwards; None when they stay as they are.
    """

    line: int
    request: int
    number: str
    seen: str
    changes: list[Change]
    answers: dict[str, Any] | None
    department: int
    assignee: int | None


@dataclass(frozen=True)
class Fault:
    """Why a row cannot be imported; `column` is empty when it is the row as a whole."""

    line: int
    number: str
    column: str
    message: str


@dataclass
class Findings:
    """All about one file.

    Attributes:
        unchanged: how many rows say what is stored already.
        unknown: headings that belong to no column.
        kept: label of a column that imports do not change → rows in which the file says otherwise.
        outdated: rows of requests that changed after the file was exported.
    """

    rows: list[ChangedRow] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    unchanged: int = 0
    unknown: list[str] = field(default_factory=list)
    kept: dict[str, list[int]] = field(default_factory=dict)
    outdated: list[int] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        if not stored:
            return cls()
        rows = [
            ChangedRow(**{**row, "changes": [Change(**change) for change in row["changes"]]}) for row in stored["rows"]
        ]
        return cls(**{**stored, "rows": rows, "faults": [Fault(**fault) for fault in stored["faults"]]})
