"""The editor's blocks of a form: steps, and the fields in them.

Made from the field types, so that a new type appears in the editor by being registered. A draft may
be unfinished in every part; `review` says what is missing before it goes live.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.blocks import LocalisedTextBlock
from forms_builder.fields import editing, field_types
from forms_builder.fields.base import block_of


def step_block() -> blocks.StructBlock:
    """A page of the wizard."""
    title = LocalisedTextBlock(max_length=250, label=_("Title"))
    intro = LocalisedTextBlock(
        required=False, multiline=True, max_length=1000, label=_("Introduction"), help_text=_("Under the title.")
    )
    fields = blocks.StreamBlock(
        [(kind.key, block_of(kind.key)) for kind in field_types()], required=False, label=_("Fields")
    )
    return blocks.StructBlock(
        [
            ("title", title),
            ("key", editing.step_key_block()),
            ("fields", fields),
            ("intro", intro),
            ("show_if", editing.SHOW_IF),
        ],
        label=_("Step"),
        icon="list-ol",
        form_layout=blocks.BlockGroup(children=["title", "key", "fields"], settings=["intro", "show_if"]),
    )


class FormStepsBlock(blocks.StreamBlock):
    """The steps of a form, each with its fields."""

    def __init__(self, local_blocks: Any = None, **kwargs: Any) -> None:
        super().__init__(local_blocks or [("step", step_block())], **kwargs)

    class Meta:
        required = False
        icon = "form"
        collapsed = True
