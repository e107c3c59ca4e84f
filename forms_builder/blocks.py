"""The editor's blocks of a form: steps, and the fields in them."""

from wagtail import blocks


class FormStepsBlock(blocks.StreamBlock):
    """The steps of a form, each with its fields."""

    step = blocks.StructBlock([("key", blocks.CharBlock())])
