"""A declaration that must be ticked. Its text, language, time and address are kept as evidence."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from wagtail import blocks

from cms.blocks import LocalisedTextBlock
from cms.languages import content_languages, in_language
from forms_builder import wording
from forms_builder.fields import base, editing
from forms_builder.fields.base import Answer, Column, Context
from forms_builder.fields.inputs import TypedMixin
from forms_builder.spec import FieldSpec


class TickField(TypedMixin, forms.BooleanField):
    """Ticked or not; an unticked declaration is no answer."""

    def to_python(self, value: Any) -> Any:
        # Evidence that is kept passes through as it is.
        return value if isinstance(value, Mapping) else super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        return bool(value)


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@base.register
class Declaration(base.FieldType):
    """A text the citizen agrees to. A changed text has to be agreed to again."""

    key = "declaration"
    label = gettext_lazy("Declaration")
    icon = "edit"
    menu = editing.CONTENTS
    operators = ()
    in_groups = False
    template = "components/fields/declaration.html"

    class Settings(base.Settings):
        text: dict[str, str] = {}

    def block(self) -> blocks.StructBlock:
        text = LocalisedTextBlock(
            multiline=True,
            max_length=4999,
            label=gettext_lazy("Text of the declaration"),
            help_text=gettext_lazy("It is kept with the request as it was read."),
        )
        return editing.question_block(
            label=self.label, icon=self.icon, menu=self.menu, main=[("text", text)], may_be_optional=False
        )

    def faults(self, spec: FieldSpec) -> Iterator[str]:
        text = self.settings(spec).text
        for code, name in content_languages():
            if not text.get(code, "").strip():
                yield _("Write the text of the declaration in %(language)s.") % {"language": name}

    def form_field(self, spec: FieldSpec, context: Context, *, required: bool) -> forms.Field:
        message = _("Read “%(question)s” and tick the box below it") % {"question": wording.name_of(spec)}
        return TickField(required=required, error_messages={"required": message}, widget=forms.CheckboxInput)

    def to_answer(self, spec: FieldSpec, cleaned: Any, context: Context) -> Answer:
        if isinstance(cleaned, Mapping):
            return dict(cleaned)
        if not cleaned:
            return None
        text = in_language(self.settings(spec).text, context.language)
        return {
            "accepted": True,
            "text": text,
            "digest": digest_of(text),
            "language": context.language,
            "at": context.evidence.get("at", ""),
            "address": context.evidence.get("address", ""),
        }

    def fits(self, answer: Answer) -> bool:
        if isinstance(answer, bool):
            return True
        return isinstance(answer, Mapping) and answer.get("accepted") is True and isinstance(answer.get("text"), str)

    def check(self, spec: FieldSpec, answer: Answer, context: Context, *, required: bool) -> Answer:
        if isinstance(answer, Mapping) and answer.get("text") not in self.settings(spec).text.values():
            raise ValidationError(
                _("Read the declaration again and tick the box: its text has changed"), code="changed"
            )
        return super().check(spec, answer, context, required=required)

    def example(self, spec: FieldSpec, context: Context) -> Answer:
        return self.to_answer(spec, True, context)

    def as_text(self, spec: FieldSpec, answer: Answer, language: str) -> str:
        if not answer:
            return ""
        with override(language):
            return _("Agreed")

    def columns(self, spec: FieldSpec, language: str) -> list[Column]:
        return [Column(spec.key, in_language(spec.label, language), writable=False)]

    def read_cells(self, spec: FieldSpec, cells: Sequence[str], context: Context) -> Answer:
        """What the person agreed to stays: nobody agrees for him by an import."""
        return context.answers.get(spec.key)

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        texts = {"type": "string"}
        evidence = {
            "type": "object",
            "properties": {
                "accepted": {"const": True},
                **dict.fromkeys(("text", "digest", "language", "at", "address"), texts),
            },
            "required": ["accepted", "text", "digest", "language"],
            "additionalProperties": False,
        }
        return {"anyOf": [{"const": True}, evidence]}
