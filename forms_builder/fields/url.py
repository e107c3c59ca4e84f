"""The address of a page on the web."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
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

MOST = 2000
_check = URLValidator(schemes=["http", "https"])


class UrlField(NumberTextField):
    """An address of http or https; `https://` is added where it was left out."""

    def __init__(self, *, wrong: str, **kwargs: Any) -> None:
        self.wrong = wrong
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        if not typed:
            return ""
        address = typed if "://" in typed else f"https://{typed}"
        try:
            _check(address)
            parts = urlsplit(address)
        except (ValidationError, ValueError) as error:
            raise ValidationError(self.wrong, code="url") from error
        if len(address) > MOST:
            raise ValidationError(self.wrong, code="url")
        return parts._replace(netloc=parts.netloc.lower()).geturl()


@base.register
class Url(base.FieldType):
    """A link. It is shown as text: nobody at the desk opens a stranger's link by a slip of the finger."""

    key = "url"
    label = gettext_lazy("Web address")
    icon = "link"
    menu = editing.TEXTS
    operators = ("answered", "not_answered")

    def block(self) -> blocks.StructBlock:
        return editing.question_block(label=self.label, icon=self.icon, menu=self.menu)

    def form_field(self, spec: FieldSpec, context: Context, *, required: bool) -> forms.Field:
        return UrlField(
            wrong=_("Write %(question)s like https://example.com") % {"question": wording.name_of(spec)},
            required=required,
            error_messages={"required": wording.write(spec)},
            widget=text_widget(keypad="url", left_to_right=True, autocapitalize="none", spellcheck="false"),
        )

    def example(self, spec: FieldSpec, context: Context) -> Answer:
        return "https://example.com/"

    def as_text(self, spec: FieldSpec, answer: Answer, language: str) -> str:
        return str(answer or "")

    def as_html(self, spec: FieldSpec, answer: Answer, language: str, file_url: FileUrl | None = None) -> SafeString:
        return left_to_right(str(answer or ""))

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        return {"type": "string", "format": "uri", "maxLength": MOST}
