"""Generated answers: right ones, and such as make the conditions on a question hold or not.

Deterministic, so that a route that was shown once is found again. `paths` walks forms with them.
"""

from collections.abc import Iterable, Sequence

from django.core.exceptions import ValidationError

from forms_builder.fields import field_type
from forms_builder.fields.base import Answer, Context
from forms_builder.spec import FieldSpec


def choices(field: FieldSpec, values: Sequence[Answer], context: Context, *, required: bool) -> list[Answer]:
    """Right answers that conditions comparing with these values can tell apart, the plainest first.

    None comes last where the question may be left open.
    """
    kind = field_type(field.type)
    compared = [value for value in values if value is not None]
    offered = [kind.example(field, context), *kind.examples_near(field, compared)]
    right = list(_checked(field, (answer for answer in offered if answer is not None), context))
    if _may_stay_open(field, context, required=required):
        right.append(None)
    return right


def _checked(field: FieldSpec, answers: Iterable[Answer], context: Context) -> Iterable[Answer]:
    kind = field_type(field.type)
    seen: list[Answer] = []
    for answer in answers:
        try:
            checked = kind.check(field, answer, context, required=True)
        except ValidationError:
            continue
        # Not a set: an answer may be a list. True is 1 in Python and is not as an answer.
        known = any(checked == other and isinstance(checked, bool) == isinstance(other, bool) for other in seen)
        if checked is not None and not known:
            seen.append(checked)
            yield checked


def _may_stay_open(field: FieldSpec, context: Context, *, required: bool) -> bool:
    try:
        return field_type(field.type).check(field, None, context, required=required) in (None, [])
    except ValidationError:
        return False
