"""The editor's blocks of a form: steps, and the fields in them.

Made from the field types, so that a new type appears in the editor by being registered. A draft may
be unfinished in every part; `review` says what is missing before it goes live.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.blocks import CodeBlock, LocalisedTextBlock
from forms_builder import proposing
from forms_builder.fields import editing, field_types
from forms_builder.fields.base import block_of

# Nothing that a browser would run or take for another host.
_ADDRESS = r"^(https?://[^\s/]\S*|/([^\s/\\]\S*)?)$"


def step_block() -> blocks.StructBlock:
    """A page of the wizard."""
    title = LocalisedTextBlock(
        max_length=250, label=_("Title"), help_text=_("Stands above the step and in the list of steps.")
    )
    intro = LocalisedTextBlock(
        required=False, multiline=True, max_length=1000, label=_("Introduction"), help_text=_("Under the title.")
    )
    fields = blocks.StreamBlock(
        [(kind.key, block_of(kind.key)) for kind in field_types()],
        required=False,
        label=_("Fields"),
        help_text=_("Asked together on one page, in this order."),
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


def ending_block() -> blocks.StructBlock:
    """A page that explains why somebody cannot apply, and where to turn instead."""
    title = LocalisedTextBlock(max_length=250, label=_("Title"), help_text=_("For example: You cannot apply here."))
    intro = LocalisedTextBlock(
        multiline=True, max_length=1000, label=_("Explanation"), help_text=_("Why, and what to do instead.")
    )
    return blocks.StructBlock(
        [
            ("title", title),
            ("key", editing.step_key_block()),
            ("intro", intro),
            (
                "next_label",
                LocalisedTextBlock(
                    required=False,
                    max_length=100,
                    label=_("Next step"),
                    help_text=_("What the button says. Empty: there is no button."),
                ),
            ),
            (
                "next_url",
                CodeBlock(
                    regex=_ADDRESS,
                    required=False,
                    label=_("Address of the next step"),
                    help_text=_(
                        "https://… or, within this portal, without the language: /services/name/. "
                        "Empty: the page leads to the catalogue of services."
                    ),
                    error_messages={"invalid": _("Write an address that begins with https:// or with /.")},
                ),
            ),
            ("show_if", editing.SHOW_IF),
        ],
        label=_("Ending: cannot apply"),
        icon="cross",
        form_layout=blocks.BlockGroup(
            children=["title", "key", "intro", "show_if"], settings=["next_label", "next_url"]
        ),
    )


class FormStepsBlock(blocks.StreamBlock):
    """The steps of a form, each with its fields, and the endings between them."""

    def __init__(self, local_blocks: Any = None, **kwargs: Any) -> None:
        super().__init__(local_blocks or [("step", step_block()), ("ending", ending_block())], **kwargs)

    def value_from_datadict(self, data: Any, files: Any, prefix: str) -> Any:
        """What the editor sent; whatever he left without a name gets one, as the page proposes while he writes."""
        steps = super().value_from_datadict(data, files, prefix)
        proposing.propose(steps)
        return steps

    class Meta:
        required = False
        icon = "form"
        collapsed = True
