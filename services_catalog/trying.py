"""“Try the conditions”: sample answers, and what the form makes of them, with the reason of everything.

Reads the latest draft and changes nothing. The answers stand in the address, so that a case can be sent
to a colleague. Linked from the page's header.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _

from cms.countries import country_names
from cms.languages import in_language
from forms_builder.conditions import variables
from forms_builder.explaining import explain
from forms_builder.fees import bill
from forms_builder.fields import field_type
from forms_builder.fields.base import Answer, Context
from forms_builder.route import depended_on
from forms_builder.spec import FieldSpec, FormSpec
from services_catalog.paths import examined

# Conditions on such a question ask only whether there is an answer: an example will do.
_ONLY_WHETHER = frozenset({"answered", "not_answered"})
_ANSWERED = "answered"
# More entries of a group tell nothing new and make the page slow.
_MOST_ENTRIES = 50


@dataclass(frozen=True)
class Deciding:
    """A question that something depends on; `group` is the one whose entries it is asked of."""

    field: FieldSpec
    group: FieldSpec | None = None

    @property
    def name(self) -> str:
        return f"{self.group.key}.{self.field.key}" if self.group else self.field.key


def try_conditions(request: HttpRequest, page_id: int) -> HttpResponse:
    """The page of one service."""
    found = examined(request, page_id)
    context = found.page_context(_("Try the conditions"), "tasks")
    if found.spec.steps and not found.faults:
        language = found.context.language
        form = SampleAnswers(found.spec, found.context, request.GET or None)
        answers = form.answers()
        context |= {
            "form": form,
            "outcome": explain(found.spec, answers, language),
            "bill": bill(found.spec, answers, language),
        }
    return TemplateResponse(request, "services_catalog/trying.html", context)


class SampleAnswers(forms.Form):
    """An input for each question that decides something; all may stay empty. Every entry of a group is alike."""

    def __init__(self, spec: FormSpec, context: Context, data: Mapping[str, Any] | None) -> None:
        super().__init__(data, prefix="q")
        self.context = context
        self.deciding = {one.name: one for one in _deciding(spec)}
        for name, one in self.deciding.items():
            self.fields[name] = _input(one, context.language)

    def answers(self) -> dict[str, Answer]:
        """The sample answers as they would be stored; what was left empty or refused is missing."""
        if not self.is_bound:
            return {}
        self.full_clean()
        found: dict[str, Answer] = {}
        rows: dict[str, dict[str, Answer]] = {}
        for name, one in self.deciding.items():
            answer = self._answer(name, one.field)
            if answer is None:
                continue
            if one.group is None:
                found[name] = answer
            else:
                rows.setdefault(one.group.key, {})[one.field.key] = answer
        for key, row in rows.items():
            found.setdefault(key, [{}])
            found[key] = [dict(row) for _entry in found[key]]
        return found

    def _answer(self, name: str, field: FieldSpec) -> Answer:
        given = self.cleaned_data.get(name)
        if given in (None, "", []):
            return None
        if field.fields:
            return [{} for _entry in range(given)] or None
        kind = field_type(field.type)
        if given == _ANSWERED and _is_only_whether(field):
            example = kind.example(field, self.context)
            if example is None:
                self.add_error(name, ValidationError(_("There is no possible answer yet.")))
            return example
        if isinstance(given, list):
            return given
        value = kind.condition_value(given)
        if not kind.fits(value) or not kind.allows_condition_value(field, value):
            self.add_error(name, ValidationError(_("“%(value)s” is no possible answer.") % {"value": given}))
            return None
        return value


def _deciding(spec: FormSpec) -> Iterator[Deciding]:
    """The questions that something depends on, in the order of the form."""
    read = depended_on(spec).union(*(variables(line.show_if) | {line.per} for line in spec.fees))
    worked_out_of = {
        str(operand) for field in _every_field(spec) for operand in field.settings.get("operands") or () if operand
    }
    for field in spec.fields():
        inner = [
            Deciding(one, field)
            for one in field.fields
            if _is_asked(one) and (one.key in read or f"{field.key}.{one.key}" in worked_out_of)
        ]
        if _is_asked(field) and (field.key in read or inner):
            yield Deciding(field)
        yield from inner


def _every_field(spec: FormSpec) -> Iterator[FieldSpec]:
    for field in spec.fields():
        yield field
        yield from field.fields


def _is_asked(field: FieldSpec) -> bool:
    kind = field_type(field.type)
    return kind.has_answer and not kind.computes


def _is_only_whether(field: FieldSpec) -> bool:
    return set(field_type(field.type).operators) <= _ONLY_WHETHER


# -- inputs


def _input(one: Deciding, language: str) -> forms.Field:
    field, kind = one.field, field_type(one.field.type)
    label = in_language(field.label, language) or field.key
    if one.group:
        label = _("%(group)s: %(question)s") % {
            "group": in_language(one.group.label, language) or one.group.key,
            "question": label,
        }
    if field.fields:
        return forms.IntegerField(
            label=_("%(group)s: how many entries") % {"group": label},
            required=False,
            min_value=0,
            max_value=_MOST_ENTRIES,
        )
    if field.options and "contains" in kind.operators:
        return forms.MultipleChoiceField(
            label=label, required=False, choices=_options(field, language), widget=forms.CheckboxSelectMultiple
        )
    choices = _choices(field, language)
    if choices:
        return forms.ChoiceField(label=label, required=False, choices=[("", _("Not answered")), *choices])
    return forms.CharField(label=label, required=False, max_length=200, widget=_typed(field))


def _options(field: FieldSpec, language: str) -> list[tuple[str, str]]:
    return [(option.value, in_language(option.label, language) or option.value) for option in field.options]


def _choices(field: FieldSpec, language: str) -> list[tuple[str, str]]:
    """What can be picked; empty where it has to be typed."""
    if field.options:
        return _options(field, language)
    if field_type(field.type).condition_input == "yes_no":
        return [("yes", _("Yes")), ("no", _("No"))]
    if field_type(field.type).condition_input == "countries":
        return list(country_names(language).items())
    return [(_ANSWERED, _("Answered"))] if _is_only_whether(field) else []


def _typed(field: FieldSpec) -> forms.Widget:
    kind = field_type(field.type).condition_input
    if kind in ("date", "month", "time"):
        # Browsers have inputs of their own for these, and send what answers hold.
        return forms.TextInput(attrs={"type": kind})
    if kind == "number":
        return forms.TextInput(attrs={"inputmode": "decimal", "dir": "ltr"})
    return forms.TextInput(attrs={"dir": "auto"})


admin_doors = [path("services/<int:page_id>/conditions/", try_conditions, name="services_catalog_conditions")]
