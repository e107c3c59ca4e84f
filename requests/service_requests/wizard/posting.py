"""What one POST of a step means for the draft: rows saved or given up, answers read, what is still wrong.

Made by the step's view. It reads only; `apply` is then run on the draft's data inside the conditional
UPDATE, once or, when somebody else saved in between, once more on what he left.
"""

import copy
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from django.utils.datastructures import MultiValueDict

from forms_builder.fields.base import Context, FileUrl, field_type
from forms_builder.fields.group import Group
from forms_builder.forms import RowForm, StepForm
from forms_builder.spec import FieldSpec, StepSpec
from service_requests.wizard import rows
from service_requests.wizard.drafts import Late
from service_requests.wizard.journey import Journey
from service_requests.wizard.posted import (
    AUTOSAVE,
    CONTINUE,
    FORGET,
    ROW_ADD,
    ROW_CANCEL,
    ROW_EDIT,
    ROW_REMOVE,
    ROW_SAVE,
    Posted,
    is_filled,
    typed_in_row,
)

Data = dict[str, Any]
Typed = dict[str, list[str]]

# What is pressed to have an open row looked at.
_ROW_CHECKS = frozenset({CONTINUE, ROW_SAVE, ROW_ADD, ROW_EDIT})


def groups_in(step: StepSpec) -> list[FieldSpec]:
    return [field for field in step.fields if field.fields]


class StepPost:
    """One step as it came in.

    Attributes:
        form: the step's own questions, checked.
        open_forms: by group, the row that is open as it was sent.
        refused: groups whose open row has to be corrected before anything else.
        dropped: places (`group.row`) whose files are to be deleted.
    """

    def __init__(
        self,
        journey: Journey,
        step: StepSpec,
        posted: Posted,
        typed: Typed,
        *,
        context: Context,
        file_url: FileUrl,
    ) -> None:
        self.journey, self.step, self.posted = journey, step, posted
        self.typed = dict(typed)
        self.context = journey.told_to(context)
        self.open_forms: dict[str, RowForm] = {}
        self.refused: set[str] = set()
        self.dropped: list[str] = []
        self._row_changes: list[Callable[[Data], Any]] = []
        if posted.action == FORGET:
            self._forget_typed(posted.target)
        for group in groups_in(step):
            self._look_at_rows(group)
        self.after = self._journey_after_rows()
        self.form = StepForm(
            step,
            answers=self.after.stored,
            data=MultiValueDict(self.typed),
            context=self.after.told_to(context),
            files=journey.files,
            file_url=file_url,
        )

    @cached_property
    def goes_on(self) -> bool:
        """Whether Continue leads to the next step."""
        return (
            self.posted.action == CONTINUE
            and not self.refused
            and self.form.is_valid()
            and not self.form.has_new_questions
        )

    def apply(self, data: Data, revision: int) -> None:
        """Write the step into the draft's data.

        Raises:
            Late: when another tab saved this step after the page was shown.
        """
        extra, key = data["extra_data"], self.step.key
        self._give_way(extra["saved"].get(key))
        for change in self._row_changes:
            change(data)
        wrong = self._wrong(data)
        groups = {group.key for group in groups_in(self.step)}
        merged = self.form.merged()
        # What was emptied is no longer answered, also where an answer is required: the review says it is missing.
        emptied = set(self.form.errors) - set(wrong)
        for field in self.step.fields:
            if field.key in groups:
                continue
            extra["answers"].pop(field.key, None)
            if field.key in merged and field.key not in emptied:
                extra["answers"][field.key] = merged[field.key]
        data["step"] = key
        data["step_data"][key] = self.typed
        extra["wrong"][key] = wrong
        extra["passed"] = sorted({*extra["passed"], *self.form.passed})
        if self.goes_on:
            extra["done"][key] = True
        extra["saved"][key] = {
            "revision": revision,
            "tab": self.posted.tab,
            "left": self.posted.action == CONTINUE,
        }

    def _give_way(self, last: Mapping[str, Any] | None) -> None:
        if last is None or last["revision"] <= self.posted.revision:
            return
        # A tab never conflicts with itself; but an autosave that was overtaken by Continue comes too late.
        overtaken = self.posted.action == AUTOSAVE and last["left"]
        if last["tab"] != self.posted.tab or overtaken:
            raise Late

    def _wrong(self, data: Data) -> list[str]:
        """Questions with something written in them that is not an answer; empty ones are merely missing."""
        wrong = []
        for key in self.form.errors:
            typed = {name: texts for name, texts in self.typed.items() if name.partition(".")[0] == key}
            field = self.step.field(key)
            if is_filled(typed) or (field is not None and (field.fields or field.type == "files")):
                wrong.append(key)
        for group in groups_in(self.step):
            row = rows.open_row(data, group.key)
            if row and is_filled(typed_in_row(self.typed, f"{group.key}.{row}")) and group.key not in wrong:
                wrong.append(group.key)
        return wrong

    # -- rows

    def _look_at_rows(self, group: FieldSpec) -> None:
        action, (target, _dot, row) = self.posted.action, self.posted.target.partition(".")
        is_target = target == group.key
        opened = rows.open_row(self.journey.data, group.key)
        if is_target and action == ROW_REMOVE:
            self._drop(group, row)
            return
        if is_target and action == ROW_CANCEL:
            self._give_up(group, opened)
            return
        if opened and action in _ROW_CHECKS and (is_target or action == CONTINUE):
            self._finish(group, opened)
        elif opened:
            self.open_forms[group.key] = self._row_form(group, opened)
        if not is_target or group.key in self.refused:
            return
        if action == ROW_ADD and self._has_room(group):
            self._row_changes.append(lambda data: rows.add(data, group.key))
        if action == ROW_EDIT:
            self._row_changes.append(lambda data: rows.edit(data, group.key, row))

    def _finish(self, group: FieldSpec, row: str) -> None:
        """Save the open row, forget it when nothing was written in it, or have it corrected."""
        form = self._row_form(group, row)
        is_new = not rows.has_row(self.journey.data, group.key, row)
        is_empty = not is_filled(typed_in_row(self.typed, f"{group.key}.{row}")) and not self._files_in(group, row)
        if not form.is_bound or (is_new and is_empty and self.posted.action != ROW_SAVE):
            self._give_up(group, row)
        elif form.is_valid() and not form.has_new_questions:
            answers = form.row_answers()
            self._row_changes.append(lambda data: rows.put(data, group.key, answers))
            self._close(group, row)
        else:
            self.refused.add(group.key)
            self.open_forms[group.key] = form

    def _give_up(self, group: FieldSpec, row: str) -> None:
        if not rows.has_row(self.journey.data, group.key, row):
            self.dropped.append(f"{group.key}.{row}")
        self._close(group, row)

    def _drop(self, group: FieldSpec, row: str) -> None:
        self._row_changes.append(lambda data: rows.remove(data, group.key, row))
        self.dropped.append(f"{group.key}.{row}")
        self._forget_typed(f"{group.key}.{row}")

    def _close(self, group: FieldSpec, row: str) -> None:
        self._row_changes.append(lambda data: rows.close(data, group.key))
        self._forget_typed(f"{group.key}.{row}")

    def _forget_typed(self, place: str) -> None:
        for name in typed_in_row(self.typed, place):
            del self.typed[name]

    def _row_form(self, group: FieldSpec, row: str) -> RowForm:
        return row_form(self.journey, group, row, self.typed, self.context)

    def _files_in(self, group: FieldSpec, row: str) -> bool:
        return any(place.startswith(f"{group.key}.{row}.") for place in self.journey.files)

    def _has_room(self, group: FieldSpec) -> bool:
        kind = field_type(group.type)
        assert isinstance(kind, Group)  # only groups have questions of their own
        _least, most = kind.limits(group, required=False)
        return len(rows.rows_of(self._preview(), group.key)) < most

    def _preview(self) -> Data:
        data = copy.deepcopy(self.journey.data)
        for change in self._row_changes:
            change(data)
        return data

    def _journey_after_rows(self) -> Journey:
        if not self._row_changes:
            return self.journey
        return Journey(self.journey.spec, self._preview(), self.journey.attachments, self.journey.confirmed)


def row_form(journey: Journey, group: FieldSpec, row: str, typed: Typed, context: Context) -> RowForm:
    """An open row, with what was typed into it where something was."""
    sent = typed_in_row(typed, f"{group.key}.{row}")
    return RowForm(
        group,
        row,
        answers=journey.stored,
        context=context,
        data=MultiValueDict(sent) if sent else None,
        files=journey.files,
    )
