"""What the citizen's inputs share: how typed text is cleaned, and the look of the widgets.

Every form field of a question is one of these or builds on `TypedMixin`. Widgets carry the class
names of the stylesheet; the templates of `components/fields/` set labels, hints and errors around them.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.arabic import clean, digits, storable


class TypedMixin:
    """A form field that knows whether its question was on the page that was sent.

    A question that has just come up, because of another answer, was not; it then shows what is
    stored and makes no error.
    """

    asked = True

    def bound_data(self, data: Any, initial: Any) -> Any:
        return super().bound_data(data, initial) if self.asked else initial  # type: ignore[misc]


class TypedField(TypedMixin, forms.CharField):
    """One text as a person types it: without invisible marks, stray spaces and tatweel."""

    def __init__(self, *, multiline: bool = False, too_long: str | Promise = "", **kwargs: Any) -> None:
        self.multiline = multiline
        self.limit = kwargs.pop("max_length", None)
        self.too_long = too_long
        # Cleaning is done by to_python; CharField's own would strip before the marks are gone.
        super().__init__(strip=False, **kwargs)

    def to_python(self, value: Any) -> str:
        return "" if value in self.empty_values else clean(str(value), multiline=self.multiline)

    def validate(self, value: str) -> None:
        super().validate(value)
        if self.limit is not None and len(value) > self.limit:
            raise ValidationError(
                str(self.too_long) or _("Shorten the text to %(limit)s characters; it has %(length)s"),
                code="max_length",
                params={"limit": self.limit, "length": len(value)},
            )

    def bound_data(self, data: Any, initial: Any) -> Any:
        value = super().bound_data(data, initial)
        # What cannot be encoded cannot be shown again either.
        return storable(value) if isinstance(value, str) else value


class NumberTextField(TypedField):
    """A text where digits of any script mean the same."""

    def to_python(self, value: Any) -> str:
        return digits(super().to_python(value))


class ChoiceField(TypedMixin, forms.ChoiceField):
    """One of the options. Labels and hints are kept for the template."""

    def __init__(self, *, items: Sequence["Item"], **kwargs: Any) -> None:
        self.items = items
        super().__init__(choices=[(item.value, item.label) for item in items], **kwargs)

    def to_python(self, value: Any) -> str:
        return storable(str(value)) if value not in self.empty_values else ""


class ManyChoiceField(TypedMixin, forms.MultipleChoiceField):
    """Several of the options, in the order of the options, none twice."""

    def __init__(self, *, items: Sequence["Item"], **kwargs: Any) -> None:
        self.items = items
        super().__init__(choices=[(item.value, item.label) for item in items], **kwargs)

    def to_python(self, value: Any) -> list[str]:
        if isinstance(value, str):
            value = [value]
        chosen = set(super().to_python(value))
        ours = [item.value for item in self.items if item.value in chosen]
        return ours + sorted(chosen.difference(ours))


class Item:
    """An option in the reader's language."""

    __slots__ = ("hint", "label", "value")

    def __init__(self, value: str, label: str, hint: str = "") -> None:
        self.value = value
        self.label = label
        self.hint = hint


class PartsWidget(forms.MultiWidget):
    """Several inputs for one answer; their names are `<name>.<part>`, which no key can be."""

    def __init__(self, parts: Mapping[str, forms.Widget]) -> None:
        self.parts = tuple(parts)
        super().__init__(list(parts.values()))
        self.widgets_names = [f".{part}" if part else "" for part in parts]

    def decompress(self, value: Any) -> list[Any]:
        return list(value) if value else [None] * len(self.parts)


class Parts(dict[str, Any]):
    """Shown values of the inputs of a `PartsWidget`, by part."""


def text_widget(
    *,
    keypad: str = "",
    left_to_right: bool = False,
    autocomplete: str = "off",
    size: str = "",
    classes: str = "input",
    **attrs: Any,
) -> forms.TextInput:
    """A text input. `size` is `short` or `medium`; `keypad` what a phone should offer."""
    given = {
        "class": f"{classes} {classes}--{size}" if size else classes,
        "autocomplete": autocomplete,
        **({"inputmode": keypad} if keypad else {}),
        **({"dir": "ltr"} if left_to_right else {}),
        **attrs,
    }
    return forms.TextInput(attrs=given)


NUMBER_REFUSED = gettext_lazy("Write the number in digits only")
