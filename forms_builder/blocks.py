"""The editor's blocks of a form: steps, and the fields in them."""

from wagtail import blocks


class FormStepsBlock(blocks.StreamBlock):  # type: ignore[misc]  # Wagtail ships no types
    """The steps of a form, each with its fields."""

    step = blocks.StructBlock([("key", blocks.CharBlock())])
