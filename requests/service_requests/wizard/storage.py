"""formtools' storage on a row of `Draft`.

    step        the step last saved, where the person goes on
    step_data   what was typed, by step: input name → list of texts, wrong ones too
    extra_data  answers     field key → normalised answer (rows of a group carry their id in `_row`)
                done        step → true once he continued from it
                wrong       step → keys whose typed value is not an answer yet
                open_rows   group → id of the row being filled in
                row_serials group → last row id given out
                saved       step → revision and tab of its last save
                passed      keys of the checks against programs that were passed
                stays       the newer form version that he was told of and goes on without; 0 for none

Reading never writes, and nothing here resets: formtools' own views wipe the storage on a GET.
"""

import copy
from collections.abc import Mapping
from typing import Any

from formtools.wizard.storage.base import BaseStorage

from service_requests.wizard.models import Draft


class DraftStorage(BaseStorage):
    """The storage of one draft; empty until a first POST makes the draft."""

    def __init__(self, prefix: str, request: Any = None, file_storage: Any = None) -> None:
        super().__init__(prefix, request, file_storage)
        self.draft: Draft | None = None
        self.init_data()

    def init_data(self) -> None:
        self.data = empty()

    def open(self, draft: Draft | None) -> None:
        """Read what the draft holds."""
        self.draft = draft
        self.data = complete(draft.data) if draft else empty()

    def reset(self) -> None:
        """Nothing: a draft ends by being submitted or by growing old."""


def empty() -> dict[str, Any]:
    """The data of a draft that nobody has written in yet."""
    return {
        "step": None,
        "step_data": {},
        "step_files": {},
        "extra_data": {
            "answers": {},
            "done": {},
            "wrong": {},
            "open_rows": {},
            "row_serials": {},
            "saved": {},
            "passed": [],
            "stays": 0,
        },
    }


def complete(data: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of a draft's data in which every part is there."""
    copied, blank = copy.deepcopy(dict(data)), empty()
    return {**blank, **copied, "extra_data": {**blank["extra_data"], **copied.get("extra_data", {})}}
