"""Several lines of text, with a limit that is printed."""

from typing import Any

from django import forms
from django.utils.html import linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field
from wagtail import blocks

from forms_builder import wording
from forms_builder.fields import base, editing
from forms_builder.fields.base import Answer, Context, FileUrl
from forms_builder.fields.inputs import TypedField
from forms_builder.spec import FieldSpec

MOST = 4999


@base.register
class LongText(base.FieldType):
    """Lines of text; breaks between lines are kept."""

    key = "long_text"
    label = gettext_lazy("Long text")
    icon = "doc-full"
    menu = editing.TEXTS
    operators = ("answered", "not_answered")
    template = "components/fields/textarea.html"

    class Settings(base.Settings):
        max_length: int = Field(default=1000, ge=1, le=MOST)

    def block(self) -> blocks.StructBlock:
        limit = blocks.IntegerBlock(
            default=1000,
            min_value=1,
            max_value=MOST,
            required=False,
            label=gettext_lazy("Characters at most"),
            help_text=gettext_lazy("Longer texts are refused with words."),
        )
        return editing.question_block(label=self.label, icon=self.icon, menu=self.menu, more=[("max_length", limit)])

    def form_field(self, spec: FieldSpec, context: Context, *, required: bool) -> forms.Field:
        limit = self.settings(spec).max_length
        return TypedField(
            required=required,
            multiline=True,
            max_length=limit,
            too_long=_("Shorten %(question)s to %(limit)s characters")
            % {"question": wording.name_of(spec), "limit": limit},
            error_messages={"required": wording.write(spec)},
            widget=forms.Textarea(attrs={"class": "textarea", "rows": 5, "data-limit": limit}),
        )

    def example(self, spec: FieldSpec, context: Context) -> Answer:
        return wording.example(context.language)[: self.settings(spec).max_length]

    def as_text(self, spec: FieldSpec, answer: Answer, language: str) -> str:
        return str(answer or "")

    def as_html(self, spec: FieldSpec, answer: Answer, language: str, file_url: FileUrl | None = None) -> SafeString:
        return mark_safe(linebreaks(answer, autoescape=True)) if answer else SafeString()

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        return {"type": "string", "minLength": 1, "maxLength": self.settings(spec).max_length}
