"""An earlier request of the applicant, picked from his own or named by its number.

Whose requests those are, and what they are called, is asked of the app above (forms_builder.ports). Where nobody is
known (a guest, an editor's example) a number can only be typed, and is taken as it stands: whoever reads it finds out.
"""

import re
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks

from cms.arabic import clean, digits, storable
from forms_builder import wording
from forms_builder.fields import base, editing
from forms_builder.fields.base import Answer, Context, FileUrl
from forms_builder.fields.inputs import PartsWidget, TypedMixin, text_widget
from forms_builder.fields.showing import isolated, left_to_right
from forms_builder.ports import EarlierRequest as Earlier
from forms_builder.ports import own_requests
from forms_builder.spec import FieldSpec

LONGEST = 40
_DIGIT = re.compile(r"\d")


class EarlierRequestWidget(PartsWidget):
    """The list of his own, and the number of one that is not in it."""

    def __init__(self, offered: "EarlierRequestField") -> None:
        self.field = offered
        number = text_widget(left_to_right=True, size="medium", spellcheck="false", autocapitalize="characters")
        own = forms.Select(attrs={"class": "select"})
        own.choices = offered.listed  # type: ignore[assignment]  # the stubs know no callable
        super().__init__({"own": own, "": number})

    def decompress(self, value: Any) -> list[Any]:
        is_offered = any(one.number == value for one in self.field.offered)
        return [value, None] if is_offered else [None, value]


class EarlierRequestField(TypedMixin, forms.Field):
    """Cleaned to the number of a request, or to nothing."""

    def __init__(self, *, applicant: str, language: str, **kwargs: Any) -> None:
        self.applicant = applicant
        self.language = language
        super().__init__(widget=EarlierRequestWidget(self), **kwargs)

    @cached_property
    def offered(self) -> Sequence[Earlier]:
        return own_requests().offered(self.applicant, self.language) if self.applicant else ()

    def listed(self) -> list[tuple[str, str]]:
        """Read when they are drawn: what is only checked asks for no list."""
        shown = [(one.number, f"{isolated(one.number)} · {one.words}") for one in self.offered]
        return [("", _("Choose one of your requests")), *shown]

    def clean(self, value: Any) -> str:
        picked, typed = self._parts(value)
        if not picked and not typed:
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return ""
        found = [self._found(written) for written in (picked, typed) if written]
        if len(set(found)) > 1:
            raise ValidationError(
                _("You have chosen one request and written the number of another. Keep one of the two"), code="both"
            )
        return found[0]

    def _parts(self, value: Any) -> tuple[str, str]:
        parts = list(value) if isinstance(value, list | tuple) else ["", value]
        picked, typed = (digits(clean(storable(str(part or "")))) for part in parts)
        return picked, typed

    def _found(self, written: str) -> str:
        if len(written) > LONGEST or not _DIGIT.search(written):
            raise ValidationError(_("Write the number as it stands in the message that brought it"), code="number")
        if not self.applicant:
            return written.upper()
        number = own_requests().find(self.applicant, written)
        if not number:
            raise ValidationError(
                _("None of your requests has the number %(number)s. Choose one of yours, or check the number")
                % {"number": isolated(written)},
                code="not_own",
            )
        return number


@base.register
class EarlierRequest(base.FieldType):
    """A request that the applicant sent before, in the same name as he applies now."""

    key = "earlier_request"
    label = gettext_lazy("Earlier request of the applicant")
    icon = "link"
    menu = editing.CHOICES
    operators = ("answered", "not_answered")
    in_groups = False
    template = "components/fields/earlier_request.html"

    def block(self) -> blocks.StructBlock:
        return editing.question_block(label=self.label, icon=self.icon, menu=self.menu)

    def form_field(self, spec: FieldSpec, context: Context, *, required: bool) -> forms.Field:
        return EarlierRequestField(
            required=required,
            applicant=context.applicant,
            language=context.language,
            error_messages={"required": wording.write(spec)},
        )

    def example(self, spec: FieldSpec, context: Context) -> Answer:
        if not context.applicant:
            return "ABC-1448-000001"
        return next((one.number for one in own_requests().offered(context.applicant, context.language)), None)

    def examples_are_enough(self, spec: FieldSpec, values: Sequence[Answer]) -> bool:
        return True

    def as_text(self, spec: FieldSpec, answer: Answer, language: str) -> str:
        return str(answer or "")

    def as_html(self, spec: FieldSpec, answer: Answer, language: str, file_url: FileUrl | None = None) -> SafeString:
        return left_to_right(str(answer or ""))

    def read_cells(self, spec: FieldSpec, cells: Sequence[str], context: Context) -> Answer:
        """A number that stands there already stays, also where it could not be given any more."""
        typed = digits(clean(cells[0])) if cells else ""
        if typed and typed == context.answers.get(spec.key):
            return typed
        return super().read_cells(spec, cells, context)

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        return {"type": "string", "minLength": 1, "maxLength": LONGEST}
