"""A phone number: the country's prefix is shown, E.164 is stored."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy
from wagtail import blocks

from cms.phones import example_phone, international, parse_phone, prefix, within
from forms_builder import wording
from forms_builder.fields import base, editing
from forms_builder.fields.base import Answer, Context, FileUrl
from forms_builder.fields.inputs import NumberTextField, text_widget
from forms_builder.fields.showing import left_to_right
from forms_builder.spec import FieldSpec


class PhoneField(NumberTextField):
    """A number in any spelling; cleaned to E.164, shown as typed after the prefix."""

    def __init__(self, *, country: str, mobile_only: bool, **kwargs: Any) -> None:
        self.country = country
        self.mobile_only = mobile_only
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return within(value, self.country) if isinstance(value, str) else value

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        if not typed:
            return ""
        try:
            return parse_phone(typed, self.country, mobile_only=self.mobile_only)
        except ValidationError as error:
            raise ValidationError(error.messages, code=error.code) from error


@base.register
class Phone(base.FieldType):
    """A phone number; by default a mobile, because notices go there."""

    key = "phone"
    label = gettext_lazy("Phone")
    icon = "mobile-alt"
    menu = editing.PEOPLE
    operators = ("answered", "not_answered")
    personal = True
    known_as = "mobile"
    template = "components/fields/phone.html"

    class Settings(base.Settings):
        mobile_only: bool = True
        from_account: bool = True

    def block(self) -> blocks.StructBlock:
        mobile = blocks.BooleanBlock(
            required=False,
            default=True,
            label=gettext_lazy("Mobile numbers only"),
            help_text=gettext_lazy("Landlines are refused."),
        )
        return editing.question_block(
            label=self.label,
            icon=self.icon,
            menu=self.menu,
            more=[("mobile_only", mobile), ("from_account", editing.FROM_ACCOUNT)],
        )

    def form_field(self, spec: FieldSpec, context: Context, *, required: bool) -> forms.Field:
        settings = self.settings(spec)
        field = PhoneField(
            required=required,
            country=context.country,
            mobile_only=settings.mobile_only,
            error_messages={"required": wording.write(spec)},
            widget=text_widget(
                keypad="tel", classes="input value", autocomplete="tel-national" if settings.from_account else "off"
            ),
        )
        field.prefix = prefix(context.country)  # type: ignore[attr-defined]  # printed before the input
        return field

    def may_be_filled_in(self, spec: FieldSpec, answer: Answer, context: Context) -> bool:
        """Only a number that this question takes, of the country whose prefix is printed before it.

        Another country's would stand there with two prefixes, and nobody would know which one counts.
        """
        if not self.fits(answer) or not answer.startswith(prefix(context.country)):
            return False
        try:
            parse_phone(answer, context.country, mobile_only=self.settings(spec).mobile_only)
        except ValidationError:
            return False
        return True

    def example(self, spec: FieldSpec, context: Context) -> Answer:
        return example_phone(context.country)

    def as_text(self, spec: FieldSpec, answer: Answer, language: str) -> str:
        return international(answer) if answer else ""

    def as_html(self, spec: FieldSpec, answer: Answer, language: str, file_url: FileUrl | None = None) -> SafeString:
        return left_to_right(self.as_text(spec, answer, language))

    def cells(self, spec: FieldSpec, answer: Answer, language: str) -> list[str]:
        return [str(answer or "")]

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^\+[1-9][0-9]{6,14}$"}
