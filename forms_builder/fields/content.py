"""Words between the questions: a heading, a paragraph or a warning. No answer."""

from collections.abc import Iterator
from typing import Any, Literal

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks

from cms.blocks import LocalisedTextBlock
from cms.languages import content_languages
from forms_builder.fields import base, editing
from forms_builder.fields.base import Answer, Context
from forms_builder.spec import FieldSpec

STYLES = [
    ("heading", gettext_lazy("Heading")),
    ("paragraph", gettext_lazy("Paragraph")),
    ("warning", gettext_lazy("Warning")),
]


@base.register
class Content(base.FieldType):
    """A text that is shown among the questions."""

    key = "content"
    label = gettext_lazy("Text between questions")
    icon = "title"
    menu = editing.CONTENTS
    has_answer = False
    template = "components/fields/content.html"

    class Settings(base.Settings):
        style: Literal["heading", "paragraph", "warning"] = "paragraph"
        text: dict[str, str] = {}

    def block(self) -> blocks.StructBlock:
        return blocks.StructBlock(
            [
                (
                    "style",
                    blocks.ChoiceBlock(
                        choices=STYLES,
                        default="paragraph",
                        label=gettext_lazy("Shown as"),
                        help_text=gettext_lazy("How it looks on the page; what is stored is the same."),
                    ),
                ),
                (
                    "text",
                    LocalisedTextBlock(
                        multiline=True,
                        max_length=4999,
                        label=gettext_lazy("Text"),
                        help_text=gettext_lazy("Stands between the questions; nothing is asked."),
                    ),
                ),
                ("show_if", editing.SHOW_IF),
            ],
            label=self.label,
            icon=self.icon,
            group=self.menu,
            form_layout=blocks.BlockGroup(children=["text", "style"], settings=["show_if"]),
        )

    def faults(self, spec: FieldSpec) -> Iterator[str]:
        text = self.settings(spec).text
        for code, name in content_languages():
            if not text.get(code, "").strip():
                yield _("Write the text in %(language)s.") % {"language": name}

    def form_field(self, spec: FieldSpec, context: Context, *, required: bool) -> forms.Field:
        raise NotImplementedError("A content asks nothing.")

    def example(self, spec: FieldSpec, context: Context) -> Answer:
        return None

    def as_text(self, spec: FieldSpec, answer: Answer, language: str) -> str:
        return ""

    def fits(self, answer: Answer) -> bool:
        return False

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        return {}
