"""A person's name, written whole."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field
from wagtail import blocks

from forms_builder import wording
from forms_builder.fields import base, editing
from forms_builder.fields.base import Answer, Context, FileUrl
from forms_builder.fields.inputs import TypedField, text_widget
from forms_builder.spec import FieldSpec

MOST = 200
# Letters of any script with their marks, and what stands inside names: - ' ’ .
_NAME = re.compile(r"[^\W\d_][\w\u064b-\u0652\u200c'’.\- ]*")
_EXAMPLE, _ARABIC_EXAMPLE = "Salem Ahmad Muhammad Ali", "سالم أحمد محمد علي"
_DIGIT = re.compile(r"[\d_]")


class NameField(TypedField):
    """A name of so many parts at least."""

    def __init__(self, *, parts: int, question: str, **kwargs: Any) -> None:
        self.parts = parts
        self.question = question
        super().__init__(max_length=MOST, **kwargs)

    def validate(self, value: str) -> None:
        super().validate(value)
        if not value:
            return
        if _DIGIT.search(value) or not _NAME.fullmatch(value):
            raise ValidationError(_("Write %(question)s in letters only") % {"question": self.question}, code="letters")
        if len(value.split()) < self.parts:
            raise ValidationError(_too_few(self.question, self.parts), code="parts")


def _too_few(question: str, parts: int) -> str:
    messages = {
        2: _("Write %(question)s in two parts: the first name and the family name"),
        3: _("Write %(question)s in three parts: the first name, the father's and the family name"),
        4: _("Write %(question)s in four parts: the first name, the father's, the grandfather's and the family name"),
    }
    return messages[parts] % {"question": question}


@base.register
class FullName(base.FieldType):
    """A name of two to four parts, in one input."""

    key = "full_name"
    label = gettext_lazy("Full name")
    icon = "user"
    menu = editing.PEOPLE
    operators = ("answered", "not_answered")
    personal = True
    known_as = "full_name"

    class Settings(base.Settings):
        parts: int = Field(default=4, ge=2, le=4)
        from_account: bool = True

    def block(self) -> blocks.StructBlock:
        parts = blocks.IntegerBlock(
            default=4,
            min_value=2,
            max_value=4,
            required=False,
            label=gettext_lazy("Parts of the name at least"),
            help_text=gettext_lazy("For example 4: the name, father, grandfather and family."),
        )
        return editing.question_block(
            label=self.label,
            icon=self.icon,
            menu=self.menu,
            more=[("parts", parts), ("from_account", editing.FROM_ACCOUNT)],
        )

    def form_field(self, spec: FieldSpec, context: Context, *, required: bool) -> forms.Field:
        return NameField(
            required=required,
            parts=self.settings(spec).parts,
            question=wording.name_of(spec),
            too_long=_("Shorten %(question)s to %(limit)s characters")
            % {"question": wording.name_of(spec), "limit": MOST},
            error_messages={"required": wording.write(spec)},
            widget=text_widget(autocomplete="name" if self.settings(spec).from_account else "off"),
        )

    def example(self, spec: FieldSpec, context: Context) -> Answer:
        name = _ARABIC_EXAMPLE if context.language == "ar" else _EXAMPLE
        return " ".join(name.split()[: self.settings(spec).parts])

    def as_text(self, spec: FieldSpec, answer: Answer, language: str) -> str:
        return str(answer or "")

    def as_html(self, spec: FieldSpec, answer: Answer, language: str, file_url: FileUrl | None = None) -> SafeString:
        return format_html("<bdi>{}</bdi>", answer) if answer else SafeString()

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        return {"type": "string", "minLength": 1, "maxLength": MOST}
