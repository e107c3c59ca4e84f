"""A step of a form, and a row of a group, as Django forms.

The wizard makes them, the templates of `components/fields/` draw their `parts`. Field names are the
keys, in a row `<group>.<row>.<key>`; parts of one answer are `<name>.<part>`. A hidden input `shown`
says which questions were on the page: one that has come up since is a question, not an error.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from cms.languages import in_language
from forms_builder.conditions import holds
from forms_builder.fields import field_type
from forms_builder.fields.asking import ROW, confirmed_answers, is_required, row_answers
from forms_builder.fields.base import Answers, Context, FileRef, FileUrl
from forms_builder.fields.group import Group, check_count, row_faults
from forms_builder.questions import CheckPart, ComputedPart, ConfirmedPart, ContentPart, Part, Question
from forms_builder.route import depended_on_in
from forms_builder.spec import FieldSpec, StepSpec

Files = Mapping[str, Sequence[FileRef]]


class QuestionForm(forms.Form):
    """Questions whose presence depends on each other's answers.

    `answers` are all stored answers of the draft; they fill the questions in. `context.answers` are the
    effective answers (`route.effective_answers`) that conditions read; without them `answers` are read.
    `files` are the stored files by input name: they count whatever was posted.
    """

    use_required_attribute = False
    prefix_of_names: ClassVar[str] = ""

    def __init__(
        self,
        fields: Sequence[FieldSpec],
        *,
        stored: Answers,
        before: Answers,
        data: Any,
        context: Context,
        files: Files | None,
        names: str = "",
    ) -> None:
        self.names = names
        self.context = context
        self.file_refs: Files = files or {}
        self.stored = stored
        self.shown: list[FieldSpec] = []
        self.newly_asked: list[str] = []
        self.passed: list[str] = []
        self._effective = dict(before)
        self._tokens: dict[str, str] = {}
        self._errors_found: dict[str, ValidationError] = {}
        self._answers: dict[str, Any] = {}
        # A row is about somebody else.
        self._confirmed = {} if names else confirmed_answers(fields, context)
        super().__init__(data=data, auto_id="q-%s")
        self._posted = self._posted_tokens()
        with override(context.language):
            for spec in fields:
                self._ask(spec)

    # -- what the wizard reads

    def answers(self) -> dict[str, Any]:
        """The answers that are right, of questions that were on the page. Groups are kept by the wizard."""
        return {key: answer for key, answer in self._answers.items() if answer is not None}

    def merged(self) -> dict[str, Any]:
        """The stored answers of this form after the post.

        Right answers replace, emptied ones go, wrong ones leave what was stored; answers of questions
        that are not shown stay as they are.
        """
        kept = {key: value for key, value in self.stored.items() if key not in self._answers}
        return {**kept, **self.answers()}

    def typed(self) -> dict[str, list[str]]:
        """What was posted for these questions, by input name: given back as `data`, the form looks as it was typed."""
        if not self.is_bound:
            return {}
        names = {name for spec in self.shown for name in self._input_names(spec)} | {self.shown_name}
        every = getattr(self.data, "getlist", lambda name: [self.data[name]])
        return {name: [str(value) for value in every(name)] for name in sorted(names) if name in self.data}

    def refuse(self, key: str, error: ValidationError) -> None:
        """Take an answer back that turned out impossible when it was to be stored."""
        self._answers.pop(key, None)
        self._errors_found[key] = error
        # What was made of the answers before is made again.
        self._errors = None
        self.__dict__.pop("parts", None)

    @property
    def has_new_questions(self) -> bool:
        """Whether the answers brought up questions that were not on the page yet."""
        return bool(self.newly_asked)

    @property
    def depended_on(self) -> set[str]:
        """Keys of this form that others of it depend on: a change should post the step."""
        return depended_on_in(self.shown) & {spec.key for spec in self.shown} | self._hidden_dependence

    @property
    def shown_name(self) -> str:
        return f"shown.{self.names}".rstrip(".") if self.names else "shown"

    @property
    def shown_value(self) -> str:
        return " ".join(self._tokens.values())

    @cached_property
    def parts(self) -> list[Part]:
        """Everything of the step in its order, ready to be drawn: `{% include part.template %}`."""
        with override(self.context.language):
            return [self._part(spec) for spec in self.shown if not spec.settings.get("hidden")]

    def error_list(self) -> list[tuple[str, str]]:
        """(id of the input, message) in the order of the questions, for the error summary."""
        order = [spec.key for spec in self.shown]
        return [
            (self.anchor(key), str(message))
            for key in sorted(self.errors, key=lambda key: order.index(key) if key in order else -1)
            for message in self.errors[key]
        ]

    def anchor(self, key: str) -> str:
        """Id of the first input of a question, or of the part that is wrong."""
        part = next((part for part in self.parts if part.key == key), None)
        return part.anchor if part else ""

    # -- Django's form

    def add_prefix(self, field_name: str) -> str:
        return f"{self.names}.{field_name}" if self.names else field_name

    def full_clean(self) -> None:
        with override(self.context.language):
            super().full_clean()

    def _clean_fields(self) -> None:
        for key, answer in self._answers.items():
            self.cleaned_data[key] = answer
        for key, error in self._errors_found.items():
            self.errors[key] = self.error_class(error.messages, renderer=self.renderer)

    # -- asking

    def _ask(self, spec: FieldSpec) -> None:
        if not holds(spec.show_if, self._effective):
            return
        kind = field_type(spec.type)
        if not kind.is_asked(spec, self.context):
            return
        self.shown.append(spec)
        if kind.checks:
            self._ask_check(spec)
        if not kind.has_answer:
            return
        if kind.computes:
            answer = kind.compute(spec, self._effective)
            if answer is not None:
                self._effective[spec.key] = answer
            return
        token = self._tokens[spec.key] = self._token(spec)
        asked = not self.is_bound or self._posted is None or token in self._posted
        if not asked:
            self.newly_asked.append(spec.key)
        if isinstance(kind, Group):
            answer = self._ask_group(spec, kind)
        else:
            answer = self._ask_field(spec, asked)
        if answer is not None:
            self._effective[spec.key] = answer

    def _ask_check(self, spec: FieldSpec) -> None:
        field = field_type(spec.type).form_field(spec, self.context, required=True)
        self.fields[spec.key] = field
        if not self.is_bound:
            return
        try:
            field.clean(field.widget.value_from_datadict(self.data, {}, self.add_prefix(spec.key)))
        except ValidationError as error:
            self._errors_found[spec.key] = error
        else:
            self.passed.append(spec.key)

    def _token(self, spec: FieldSpec) -> str:
        # A choice that depends on another is a new question for each answer of the other.
        parent = spec.settings.get("depends_on")
        return f"{spec.key}={self._effective.get(parent, '')}" if parent else spec.key

    def _ask_field(self, spec: FieldSpec, asked: bool) -> Any:
        kind = field_type(spec.type)
        if spec.key in self._confirmed:
            # Whatever was posted: it is not the applicant's to say.
            if self.is_bound:
                self._answers[spec.key] = self._confirmed[spec.key]
            return self._confirmed[spec.key]
        context = replace(self.context, answers=self._effective)
        field = kind.form_field(spec, context, required=is_required(spec, self._effective))
        field.asked = asked  # type: ignore[attr-defined]  # TypedMixin
        field.label = in_language(spec.label, self.context.language)
        field.initial = self._initial(spec)
        if (self.names or self.context.for_another) and "autocomplete" in field.widget.attrs:
            # What the browser knows is of the person at it, not of his companion or of whom he serves.
            field.widget.attrs["autocomplete"] = "off"
        self.fields[spec.key] = field
        if not self.is_bound or not asked:
            return self.stored.get(spec.key)
        name = self.add_prefix(spec.key)
        is_files = spec.type == "files"
        value = self.file_refs.get(name, ()) if is_files else field.widget.value_from_datadict(self.data, {}, name)
        try:
            self._answers[spec.key] = answer = kind.to_answer(spec, field.clean(value), context)
        except ValidationError as error:
            self._errors_found[spec.key] = error
            return None
        return answer

    def _initial(self, spec: FieldSpec) -> Any:
        kind = field_type(spec.type)
        if spec.type == "files":
            return list(self.file_refs.get(self.add_prefix(spec.key), ()))
        answer = self.stored.get(spec.key)
        if answer is None and not self.names:
            known = self.context.known.get(kind.known_for(spec))
            answer = known if known is not None and kind.may_be_filled_in(spec, known, self.context) else None
        return kind.from_answer(spec, answer) if answer is not None and kind.fits(answer) else None

    def _ask_group(self, spec: FieldSpec, kind: Group) -> Any:
        return self.stored.get(spec.key)

    def _posted_tokens(self) -> set[str] | None:
        if not self.is_bound or self.shown_name not in self.data:
            return None
        return set(str(self.data[self.shown_name]).split())

    def _input_names(self, spec: FieldSpec) -> list[str]:
        field = self.fields.get(spec.key)
        name = self.add_prefix(spec.key)
        return [name + part for part in getattr(field.widget, "widgets_names", [""])] if field else []

    @property
    def _hidden_dependence(self) -> set[str]:
        return set()

    def _part(self, spec: FieldSpec) -> Part:
        if field_type(spec.type).checks:
            return CheckPart(spec, self.add_prefix(spec.key), self._errors_found.get(spec.key))
        if not field_type(spec.type).has_answer:
            return ContentPart(spec, self.context.language)
        if field_type(spec.type).computes:
            return ComputedPart(spec, self._effective.get(spec.key), self.context.language)
        if spec.key in self._confirmed:
            return ConfirmedPart(spec, self._confirmed[spec.key], self.context.language)
        return Question(
            spec,
            self[spec.key],
            self.context.language,
            self._errors_found.get(spec.key),
            answer=self._effective.get(spec.key),
            is_row=bool(self.names),
        )


class StepForm(QuestionForm):
    """The questions of one step that the answers bring up."""

    def __init__(
        self,
        step: StepSpec,
        *,
        answers: Answers,
        context: Context,
        data: Any = None,
        files: Files | None = None,
        file_url: FileUrl | None = None,
    ) -> None:
        self.step = step
        self.file_url = file_url
        own = {field.key for field in step.fields}
        before = {key: value for key, value in (context.answers or answers).items() if key not in own}
        super().__init__(step.fields, stored=answers, before=before, data=data, context=context, files=files)

    @cached_property
    def groups(self) -> list["GroupView"]:
        """The repeating groups of the step that are shown."""
        return [part for part in self.parts if isinstance(part, GroupView)]

    @property
    def _hidden_dependence(self) -> set[str]:
        return depended_on_in(self.step.fields) & {field.key for field in self.step.fields}

    def _ask_group(self, spec: FieldSpec, kind: Group) -> Any:
        rows = self.stored.get(spec.key)
        rows = rows if isinstance(rows, list) else []
        if self.is_bound and spec.key not in self.newly_asked:
            try:
                self._check_group(spec, kind, rows)
            except ValidationError as error:
                self._errors_found[spec.key] = error
        return rows or None

    def _check_group(self, spec: FieldSpec, kind: Group, rows: Sequence[Mapping[str, Any]]) -> None:
        least, most = kind.limits(spec, required=is_required(spec, self._effective))
        check_count(spec, len(rows), least, most, self.context.language)
        context = replace(self.context, answers=self._effective)
        for number, row in enumerate(rows, start=1):
            if next(row_faults(spec, row, number, context), None):
                item = in_language(kind.item(spec), self.context.language)
                raise ValidationError(
                    _("Complete the details: %(item)s %(number)s") % {"item": item, "number": number}, code="row"
                )

    def _part(self, spec: FieldSpec) -> Part:
        kind = field_type(spec.type)
        if not isinstance(kind, Group):
            return super()._part(spec)
        return GroupView.of(self, spec, kind)


class RowForm(QuestionForm):
    """The questions of one row of a repeating group.

    `answers` are those of the draft; the row is found there by its name (`_row`). A name that is not
    there is a new row. `row_answers()` is what to store.
    """

    def __init__(
        self,
        group: FieldSpec,
        row_id: str,
        *,
        answers: Answers,
        context: Context,
        data: Any = None,
        files: Files | None = None,
    ) -> None:
        self.group = group
        self.row_id = row_id
        rows = answers.get(group.key)
        rows = rows if isinstance(rows, list) else []
        ids = [row.get(ROW) for row in rows]
        self.number = ids.index(row_id) + 1 if row_id in ids else len(rows) + 1
        self.is_new = row_id not in ids
        stored: Answers = next((row for row in rows if row.get(ROW) == row_id), {})
        own = {field.key for field in group.fields}
        before = {key: value for key, value in (context.answers or answers).items() if key not in own}
        super().__init__(
            group.fields,
            stored=stored,
            before=before,
            data=data,
            context=context,
            files=files,
            names=f"{group.key}.{row_id}",
        )

    @property
    def item(self) -> str:
        """What one row is called."""
        return in_language(Group().item(self.group), self.context.language)

    @property
    def title(self) -> str:
        """`Companion 2`."""
        return f"{self.item} {self.number}"

    def row_answers(self) -> dict[str, Any]:
        """The row as it is stored in the draft after the post."""
        return {ROW: self.row_id, **{key: value for key, value in self.merged().items() if key != ROW}}


@dataclass(frozen=True)
class RowView:
    """A row as it stands in the list: its first answer, and the others with their labels."""

    id: str
    number: int
    title: str
    facts: Sequence[tuple[str, SafeString]]
    is_complete: bool


@dataclass(frozen=True)
class GroupView:
    """A repeating group among the questions of a step.

    Attributes:
        item: what one row is called.
        can_add: whether there is room for one more.
        full: where there is none, what to do.
    """

    spec: FieldSpec
    label: str
    hint: str
    item: str
    rows: Sequence[RowView]
    required: bool
    least: int
    most: int
    can_add: bool
    full: str
    error: str
    template: str = "components/fields/group.html"

    @classmethod
    def of(cls, form: StepForm, spec: FieldSpec, kind: Group) -> "GroupView":
        language = form.context.language
        stored = form.stored.get(spec.key)
        rows = stored if isinstance(stored, list) else []
        required = is_required(spec, form._effective)
        least, most = kind.limits(spec, required=required)
        context = replace(form.context, answers=form._effective)
        error = form._errors_found.get(spec.key)
        return cls(
            spec=spec,
            label=in_language(spec.label, language),
            hint=in_language(spec.hint, language),
            item=in_language(kind.item(spec), language),
            rows=[
                _row_view(spec, kind, row, number, context, form.file_url) for number, row in enumerate(rows, start=1)
            ],
            required=required or least > 0,
            least=least,
            most=most,
            can_add=len(rows) < most,
            full=_full(most) if len(rows) >= most else "",
            error=str(error.messages[0]) if error else "",
        )

    @property
    def key(self) -> str:
        return self.spec.key

    @property
    def id(self) -> str:
        return f"q-{self.spec.key}"

    @property
    def anchor(self) -> str:
        return self.id


def _full(most: int) -> str:
    return ngettext(
        "No more than %(number)s entry can be added. Remove it to add another one.",
        "No more than %(number)s entries can be added. Remove one to add another.",
        most,
    ) % {"number": most}


def _row_view(
    spec: FieldSpec, kind: Group, row: Mapping[str, Any], number: int, context: Context, file_url: FileUrl | None
) -> RowView:
    effective = row_answers(spec, row, context.answers)
    return RowView(
        id=str(row.get(ROW, "")),
        number=number,
        title=kind.row_title(spec, effective, number, context.language),
        facts=list(_facts(spec, effective, context.language, file_url)),
        is_complete=next(row_faults(spec, row, number, context), None) is None,
    )


def _facts(
    spec: FieldSpec, row: Mapping[str, Any], language: str, file_url: FileUrl | None
) -> Iterator[tuple[str, SafeString]]:
    named = False
    for field in spec.fields:
        kind = field_type(field.type)
        if not kind.as_text(field, row.get(field.key), language):
            continue
        if named:
            yield in_language(field.label, language), kind.as_html(field, row.get(field.key), language, file_url)
        named = True
