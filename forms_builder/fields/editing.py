"""What the editor's blocks of all field types share.

The blocks are made once and shared: the editor's page packs each definition once, so sharing keeps
it small. A question shows its label and key; everything that is seldom set waits in its settings.
"""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.blocks import CodeBlock, LineBlock, LocalisedTextBlock
from forms_builder.conditions import OPERATORS

KEY_PATTERN = r"^[a-z][a-z0-9_]{0,59}$"
STEP_PATTERN = r"^[a-z][a-z0-9_-]{0,59}$"
VALUE_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,59}$"

_KEY_HELP = _(
    "Stable name of the answer in exports and conditions: Latin small letters, digits and _. Never translated."
)
_KEY_WRONG = _("Write small Latin letters, digits and _, beginning with a letter, for example visit_reason.")
_VALUE_WRONG = _("Write Latin letters, digits, dots, - or _, for example public_sector.")


def key_block() -> CodeBlock:
    return CodeBlock(regex=KEY_PATTERN, label=_("Key"), help_text=_KEY_HELP, error_messages={"invalid": _KEY_WRONG})


def step_key_block() -> CodeBlock:
    return CodeBlock(
        regex=STEP_PATTERN,
        label=_("Key"),
        help_text=_("Stands in the address of the step: Latin small letters, digits, _ and -."),
        error_messages={"invalid": _("Write small Latin letters, digits, _ or -, for example your-details.")},
    )


class PickBlock(blocks.ChoiceBlock):
    """One of a list that changes while the portal runs: what is gone from it stays as it was stored.

    The review of the form tells what is gone. Reading a stored key looks nothing up; stock blocks go
    through their choices.
    """

    def get_field(self, **kwargs: Any) -> forms.ChoiceField:
        return _AnyChoice(**kwargs)

    def normalize_choice(self, value: Any) -> Any:
        return value


class _AnyChoice(forms.ChoiceField):
    def valid_value(self, value: Any) -> bool:
        return True


def value_block(**kwargs: Any) -> CodeBlock:
    return CodeBlock(regex=VALUE_PATTERN, error_messages={"invalid": _VALUE_WRONG}, **kwargs)


class RuleBlock(blocks.StructBlock):
    """One comparison of a condition."""

    field = CodeBlock(regex=KEY_PATTERN, label=_("Field"), help_text=_("A question that is asked before."))
    operator = blocks.ChoiceBlock(
        choices=[(key, operator.label) for key, operator in OPERATORS.items()],
        label=_("Comparison"),
        help_text=_("Only those that fit the question are offered."),
    )
    value = LineBlock(
        required=False,
        label=_("Value"),
        help_text=_("Value of an option, yes or no, a number, or a date as 2026-01-31. Several with commas between."),
    )

    class Meta:
        icon = "tick"
        label = _("Rule")
        label_format = "{field} {operator} {value}"


_MATCHES = [("all", _("All of these hold")), ("any", _("Any of these holds"))]


def _match_block() -> blocks.ChoiceBlock:
    return blocks.ChoiceBlock(
        choices=_MATCHES, default="all", label=_("When"), help_text=_("Whether every rule must hold, or one is enough.")
    )


class RuleGroupBlock(blocks.StructBlock):
    """Rules joined by their own all or any, inside a condition."""

    match = _match_block()
    rules = blocks.ListBlock(RuleBlock(), label=_("Rules"), help_text=_("They count as one rule of the condition."))

    class Meta:
        icon = "list-ul"
        label = _("Group of rules")


class RulesBlock(blocks.StreamBlock):
    rule = RuleBlock()
    group = RuleGroupBlock()


class ConditionBlock(blocks.StructBlock):
    """A condition: rules joined by all or any, nested once. Without rules it does not exist."""

    match = _match_block()
    rules = RulesBlock(
        required=False, label=_("Rules"), help_text=_("Each compares the answer of an earlier question.")
    )

    class Meta:
        icon = "cog"
        collapsed = True
        label_format = "{rules}"


KEY = key_block()
LABEL = LocalisedTextBlock(
    max_length=250, label=_("Question"), help_text=_("As people read it. The key is proposed from it.")
)
HINT = LocalisedTextBlock(
    required=False, max_length=500, label=_("Hint"), help_text=_("One short sentence under the question.")
)
REQUIRED = blocks.BooleanBlock(
    required=False, default=True, label=_("Must be answered"), help_text=_("Nobody goes on without an answer.")
)
SHOW_IF = ConditionBlock(required=False, label=_("Shown only when"), help_text=_("Without rules it is always shown."))
REQUIRE_IF = ConditionBlock(
    required=False, label=_("Must be answered only when"), help_text=_("For a question that is otherwise optional.")
)
FROM_ACCOUNT = blocks.BooleanBlock(
    required=False,
    default=True,
    label=_("Fill in from the account"),
    help_text=_("The citizen may change it, except what the national sign-in has confirmed of him."),
)


class OptionBlock(blocks.StructBlock):
    """One choice."""

    value = value_block(label=_("Value"), help_text=_("Stored and never translated."))
    label = LocalisedTextBlock(
        max_length=250, label=_("Label"), help_text=_("As people read it. The value is proposed from it.")
    )
    hint = LocalisedTextBlock(
        required=False, max_length=500, label=_("Hint"), help_text=_("One short sentence under the option.")
    )

    class Meta:
        icon = "radio-full"
        label = _("Option")
        form_layout = blocks.BlockGroup(children=["label", "value"], settings=["hint"])


class ChildOptionBlock(blocks.StructBlock):
    """One choice that is offered for one answer of another question."""

    parent = value_block(label=_("Offered for"), help_text=_("Value of the other question's option."))
    value = value_block(label=_("Value"), help_text=_("Stored and never translated."))
    label = LocalisedTextBlock(
        max_length=250, label=_("Label"), help_text=_("As people read it. The value is proposed from it.")
    )

    class Meta:
        icon = "radio-full"
        label = _("Option")
        form_layout = blocks.BlockGroup(children=["label", "value", "parent"])


OPTIONS = blocks.ListBlock(OptionBlock(), label=_("Options"), help_text=_("Shown in this order."), collapsed=True)
CHILD_OPTIONS = blocks.ListBlock(
    ChildOptionBlock(),
    label=_("Options"),
    help_text=_("Each is offered for one answer of the other question, in this order."),
    collapsed=True,
)

Children = Sequence[tuple[str, blocks.Block]]


def question_block(
    *, label: Any, icon: str, menu: Any, main: Children = (), more: Children = (), may_be_optional: bool = True
) -> blocks.StructBlock:
    """The block of a field type that asks something.

    `main` stands beside the label, `more` waits in the settings.
    """
    requiring: Children = [("required", REQUIRED)] if may_be_optional else []
    requiring_if: Children = [("require_if", REQUIRE_IF)] if may_be_optional else []
    settings = ["hint", *(name for name, _block in more), "show_if", *(name for name, _block in requiring_if)]
    return blocks.StructBlock(
        [("label", LABEL), ("key", KEY), *main, *requiring, ("hint", HINT), *more, ("show_if", SHOW_IF), *requiring_if],
        label=label,
        icon=icon,
        group=menu,
        form_layout=blocks.BlockGroup(
            children=["label", "key", *(name for name, _block in main), *(name for name, _block in requiring)],
            settings=settings,
        ),
    )


TEXTS = _("Texts")
NUMBERS = _("Numbers")
DATES = _("Days and times")
CHOICES = _("Choices")
PEOPLE = _("People")
FILES = _("Files and groups")
CONTENTS = _("Content and declarations")
