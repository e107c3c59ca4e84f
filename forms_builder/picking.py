"""What the editor's page knows of forms, so that questions and values are picked from lists.

`cms/static/cms/form-editor.js` reads it. It comes with the block of a form's steps and with nothing else;
without it keys and values are typed. Registered in apps.py.
"""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils.functional import cached_property
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from wagtail.admin.telepath import register
from wagtail.blocks.stream_block import StreamBlockAdapter

from cms.countries import country_names
from cms.languages import content_languages, in_language
from forms_builder import proposing
from forms_builder.blocks import FormStepsBlock
from forms_builder.conditions import OPERATORS
from forms_builder.fields import field_types
from forms_builder.fields.base import FieldType
from forms_builder.fields.computed import COUNT
from forms_builder.fields.dependent_choice import DependentChoice
from forms_builder.fields.numbers import NumberType
from forms_builder.fields.one_of import OneOf
from forms_builder.ports import RegistryColumn, registries


class FormStepsAdapter(StreamBlockAdapter):
    """The stock editor of a list of blocks, with our script and its facts."""

    def js_args(self, block: Any) -> list[Any]:
        *before, meta = super().js_args(block)
        return [*before, {**meta, "form": facts()}]

    @cached_property
    def media(self) -> forms.Media:
        scripts = [staticfiles_storage.url(f"cms/{name}.js") for name in ("pickers", "form-editor")]
        return super().media + forms.Media(js=scripts)


register(FormStepsAdapter(), FormStepsBlock)


def facts() -> dict[str, Any]:
    """Everything the script needs, in the language of the page."""
    language = get_language() or ""
    return {
        "kinds": {kind.key: _kind(kind) for kind in field_types()},
        "noValue": [key for key, operator in OPERATORS.items() if not operator.needs_value],
        "many": [key for key, operator in OPERATORS.items() if operator.many],
        "counts": COUNT,
        "countries": [list(country) for country in country_names(language.split("-")[0] or "en").items()],
        "registries": {key: _columns(columns) for key, columns in registries().columns().items()},
        "languages": [code for code, _name in content_languages()],
        "naming": proposing.rules(),
        "words": _words(),
    }


def _kind(kind: FieldType) -> dict[str, Any]:
    return {
        "operators": list(kind.operators),
        "input": kind.condition_input,
        "isChoice": isinstance(kind, OneOf | DependentChoice),
        "isNumber": isinstance(kind, NumberType),
    }


def _columns(columns: Iterable[RegistryColumn]) -> list[list[Any]]:
    return [[column.key, in_language(column.label) or column.key, column.is_key] for column in columns]


def _words() -> dict[str, str]:
    return {
        "field": _("Field"),
        "value": _("Value"),
        "column": _("Column"),
        "chooseField": _("Choose a question"),
        "chooseValue": _("Choose a value"),
        "chooseColumn": _("Choose a column"),
        "number": _("A number …"),
        "everyEntry": _("%(group)s: %(question)s of every entry"),
        "notThere": _("“%(value)s”: no question has this key"),
        "later": _("“%(value)s” comes later: only earlier questions can be read"),
        "unfit": _("“%(value)s” cannot be used here"),
        "noOption": _("“%(value)s”: no such option any more"),
        "noColumn": _("“%(value)s”: the registry has no such column"),
        "gone": _("“%(value)s”: not in the list any more"),
        "yes": _("Yes"),
        "no": _("No"),
        "move": _("Move to another step"),
        "moveTo": _("Move to the end of"),
        "moveNow": pgettext("a question to another step", "Move"),
        "step": _("Step %(number)s"),
        "readers": _("These read a question that comes later now: %(names)s. Change their conditions or move it back."),
    }
