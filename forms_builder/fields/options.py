"""What the types with options share: options in the reader's language, and reading them back."""

from collections.abc import Iterable, Iterator, Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from cms.arabic import fold
from cms.languages import in_language
from forms_builder.fields.inputs import Item
from forms_builder.spec import FieldSpec, Option

ROW_LETTERS = 14


def items(options: Iterable[Option], language: str) -> list[Item]:
    return [
        Item(option.value, in_language(option.label, language), in_language(option.hint, language))
        for option in options
    ]


def label_of(spec: FieldSpec, value: str, language: str) -> str:
    """The option's label; the value itself when the option no longer exists."""
    found = next((option for option in spec.options if option.value == value), None)
    return in_language(found.label, language) or value if found else str(value)


def cell_of(spec: FieldSpec, value: str, language: str, *, forbidden: str = "") -> str:
    """What an export writes: the label, unless it could be read back as another option."""
    label = label_of(spec, value, language)
    folded = fold(label)
    twins = {option.value for option in spec.options if folded in {fold(text) for text in option.label.values()}}
    return value if twins != {value} or any(sign in label for sign in forbidden) else label


def read_cell(options: Sequence[Option], text: str) -> str:
    """The value that a cell means: a value, or a label in any language.

    Raises:
        ValidationError: naming what was written.
    """
    written = text.strip()
    if any(option.value == written for option in options):
        return written
    folded = fold(written)
    found = {option.value for option in options if folded in {fold(label) for label in option.label.values()}}
    if len(found) != 1:
        raise ValidationError(
            _("Write one of the options as it stands in the form, not “%(text)s”") % {"text": written}, code="option"
        )
    return found.pop()


def common_faults(spec: FieldSpec) -> Iterator[str]:
    """What must be right with any list of options."""
    if not spec.options:
        yield _("Add the options to choose from.")
    pairs = [(option.parent, option.value) for option in spec.options]
    for _parent, value in sorted({pair for pair in pairs if pairs.count(pair) > 1}):
        yield _("Give each option its own value: “%(value)s” stands twice.") % {"value": value}
    if any(not option.value for option in spec.options):
        yield _("Give each option a value.")


def fit_in_a_row(options: Sequence[Item]) -> bool:
    """Whether the options may stand side by side on a wide screen."""
    return len(options) <= 3 and all(len(item.label) <= ROW_LETTERS and not item.hint for item in options)
