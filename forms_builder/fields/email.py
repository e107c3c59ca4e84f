"""An e-mail address."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks

from forms_builder import wording
from forms_builder.fields import base, editing
from forms_builder.fields.base import Answer, Context, FileUrl
from forms_builder.fields.inputs import NumberTextField, text_widget
from forms_builder.fields.showing import left_to_right
from forms_builder.spec import FieldSpec

MOST = 254


class EmailField(NumberTextField):
    """An address: no spaces, the domain in small letters."""

    def __init__(self, *, wrong: str, **kwargs: Any) -> None:
        self.wrong = wrong
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        name, at, domain = super().to_python(value).replace(" ", "").rpartition("@")
        return f"{name}{at}{domain.lower()}"

    def validate(self, value: str) -> None:
        super().validate(value)
        if not value:
            return
        try:
            validate_email(value)
        except ValidationError as error:
            raise ValidationError(self.wrong, code="email") from error
        if len(value) > MOST:
            raise ValidationError(self.wrong, code="email")


@base.register
class Email(base.FieldType):
    """An e-mail address."""

    key = "email"
    label = gettext_lazy("E-mail")
    icon = "mail"
    menu = editing.PEOPLE
    operators = ("answered", "not_answered")
    personal = True
    known_as = "email"

    class Settings(base.Settings):
        from_account: bool = True

    def block(self) -> blocks.StructBlock:
        return editing.question_block(
            label=self.label, icon=self.icon, menu=self.menu, more=[("from_account", editing.FROM_ACCOUNT)]
        )

    def form_field(self, spec: FieldSpec, context: Context, *, required: bool) -> forms.Field:
        return EmailField(
            required=required,
            wrong=_("Write %(question)s like name@example.com") % {"question": wording.name_of(spec)},
            error_messages={"required": wording.write(spec)},
            widget=text_widget(
                keypad="email",
                left_to_right=True,
                size="medium",
                autocomplete="email" if self.settings(spec).from_account else "off",
                autocapitalize="none",
                spellcheck="false",
            ),
        )

    def example(self, spec: FieldSpec, context: Context) -> Answer:
        return "name@example.com"

    def as_text(self, spec: FieldSpec, answer: Answer, language: str) -> str:
        return str(answer or "")

    def as_html(self, spec: FieldSpec, answer: Answer, language: str, file_url: FileUrl | None = None) -> SafeString:
        return left_to_right(str(answer or ""))

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        return {"type": "string", "format": "email", "maxLength": MOST}
