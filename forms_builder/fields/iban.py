"""The number of a bank account (ISO 13616)."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from stdnum import iban, numdb
from stdnum.exceptions import ValidationError as Invalid
from wagtail import blocks

from forms_builder import wording
from forms_builder.fields import base, editing
from forms_builder.fields.base import Answer, Context, FileUrl
from forms_builder.fields.inputs import NumberTextField, text_widget
from forms_builder.fields.showing import left_to_right
from forms_builder.spec import FieldSpec


class IbanField(NumberTextField):
    """Cleaned to capitals without spaces; structure and check digits are right."""

    def __init__(self, *, question: str, country: str, **kwargs: Any) -> None:
        self.question = question
        self.country = country
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return iban.format(value) if isinstance(value, str) else value

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        if not typed:
            return ""
        try:
            number = str(iban.validate(typed))
        except Invalid as error:
            raise self._refused(_("Check %(question)s: it does not add up. Copy it from your bank's app")) from error
        if self.country and not number.startswith(self.country):
            raise self._refused(_("Write %(question)s of an account in this country: it begins with %(country)s"))
        return number

    def _refused(self, message: str) -> ValidationError:
        return ValidationError(message % {"question": self.question, "country": self.country}, code="iban")


@base.register
class Iban(base.FieldType):
    """An account number; by default one of the organisation's country, where fees are paid back to."""

    key = "iban"
    label = gettext_lazy("Bank account (IBAN)")
    icon = "key"
    menu = editing.PEOPLE
    operators = ("answered", "not_answered")
    personal = True

    class Settings(base.Settings):
        any_country: bool = False

    def block(self) -> blocks.StructBlock:
        anywhere = blocks.BooleanBlock(
            required=False,
            label=gettext_lazy("Accounts of any country"),
            help_text=gettext_lazy("Otherwise only accounts of the organisation's country."),
        )
        return editing.question_block(
            label=self.label, icon=self.icon, menu=self.menu, more=[("any_country", anywhere)]
        )

    def form_field(self, spec: FieldSpec, context: Context, *, required: bool) -> forms.Field:
        return IbanField(
            question=wording.name_of(spec),
            country="" if self.settings(spec).any_country else context.country,
            required=required,
            error_messages={"required": wording.write(spec)},
            widget=text_widget(
                left_to_right=True, size="medium", maxlength=60, autocapitalize="characters", spellcheck="false"
            ),
        )

    def example(self, spec: FieldSpec, context: Context) -> Answer:
        anywhere = self.settings(spec).any_country and not _structure_of(context.country)
        return example_number("SA" if anywhere else context.country)

    def as_text(self, spec: FieldSpec, answer: Answer, language: str) -> str:
        return str(iban.format(answer)) if answer else ""

    def as_html(self, spec: FieldSpec, answer: Answer, language: str, file_url: FileUrl | None = None) -> SafeString:
        return left_to_right(self.as_text(spec, answer, language))

    def cells(self, spec: FieldSpec, answer: Answer, language: str) -> list[str]:
        return [str(answer or "")]

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        return {"type": "string", "pattern": "^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$"}


def example_number(country: str) -> str:
    """A number that adds up and belongs to nobody; empty for a country that has no such accounts."""
    parts = re.findall(r"(\d+)!([nac])", _structure_of(country))
    account = "".join(("A" if letters == "a" else "0") * int(length) for length, letters in parts)
    return f"{country}{iban.calc_check_digits(f'{country}00{account}')}{account}" if account else ""


def _structure_of(country: str) -> str:
    """As the registry of ISO 13616 writes it, such as `2!n18!c`."""
    ((_code, about), *_rest) = numdb.get("iban").info(country)
    return str(about.get("bban", ""))
