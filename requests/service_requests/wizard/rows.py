"""Rows of a repeating group while they are written: added, opened, saved, given up, removed.

At most one row of a group is open. An open row that is new is not among the answers until it is
saved; what was typed into it is kept in the draft like everything else.
"""

from collections.abc import Iterable
from typing import Any

from forms_builder.route import ROW

Data = dict[str, Any]


def rows_of(data: Data, group: str) -> list[dict[str, Any]]:
    rows = data["extra_data"]["answers"].get(group)
    return list(rows) if isinstance(rows, list) else []


def open_row(data: Data, group: str) -> str:
    """Id of the row being filled in; empty when none is."""
    return str(data["extra_data"]["open_rows"].get(group, ""))


def has_row(data: Data, group: str, row: str) -> bool:
    return any(saved.get(ROW) == row for saved in rows_of(data, group))


def names(data: Data, groups: Iterable[str]) -> set[str]:
    """`group.row` of every row of these groups, saved or open."""
    return {f"{group}.{row[ROW]}" for group in groups for row in rows_of(data, group)} | {
        f"{group}.{open_row(data, group)}" for group in groups if open_row(data, group)
    }


def add(data: Data, group: str) -> str:
    """Open a new row. Ids are never given out twice: files of a removed row must not turn up in it."""
    serials = data["extra_data"]["row_serials"]
    serials[group] = serials.get(group, 0) + 1
    row = f"r{serials[group]}"
    data["extra_data"]["open_rows"][group] = row
    return row


def edit(data: Data, group: str, row: str) -> None:
    if has_row(data, group, row):
        data["extra_data"]["open_rows"][group] = row


def close(data: Data, group: str) -> None:
    data["extra_data"]["open_rows"].pop(group, None)


def put(data: Data, group: str, answers: dict[str, Any]) -> None:
    """Save a row in its place, or at the end when it is new."""
    rows = rows_of(data, group)
    places = [place for place, saved in enumerate(rows) if saved.get(ROW) == answers[ROW]]
    if places:
        rows[places[0]] = answers
    else:
        rows.append(answers)
    data["extra_data"]["answers"][group] = rows


def remove(data: Data, group: str, row: str) -> None:
    rows = [saved for saved in rows_of(data, group) if saved.get(ROW) != row]
    if rows:
        data["extra_data"]["answers"][group] = rows
    else:
        data["extra_data"]["answers"].pop(group, None)
    if open_row(data, group) == row:
        close(data, group)
