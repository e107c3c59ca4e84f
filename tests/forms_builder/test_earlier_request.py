"""Asking for an earlier request, where nobody is known whose requests it could be."""

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from forms_builder.fields import Context, field_type
from forms_builder.spec import FieldSpec

SPEC = FieldSpec(key="earlier", type="earlier_request", label={"ar": "الطلب السابق", "en": "Earlier request"})
KIND = field_type("earlier_request")


@pytest.mark.parametrize(("written", "kept"), [("abc-1448-٠٠٠٠٦٧", "ABC-1448-000067"), (" 67 ", "67"), ("", "")])
def test_a_number_is_kept_as_it_was_typed(written: str, kept: str) -> None:
    assert KIND.form_field(SPEC, Context(language="en"), required=False).clean(["", written]) == kept


@pytest.mark.parametrize("written", ["where is it", "1" * 41])
def test_words_are_no_number(written: str) -> None:
    with override("en"), pytest.raises(ValidationError, match="as it stands"):
        KIND.form_field(SPEC, Context(language="en"), required=False).clean(["", written])


def test_it_is_asked_for() -> None:
    with override("en"), pytest.raises(ValidationError, match="Write earlier request"):
        KIND.form_field(SPEC, Context(language="en"), required=True).clean(["", ""])


def test_an_import_leaves_what_stands_there() -> None:
    context = Context(language="en", applicant="nobody", answers={"earlier": "ABC-1448-000067"})

    assert KIND.read_cells(SPEC, ["ABC-1448-000067"], context) == "ABC-1448-000067"
    with override("en"), pytest.raises(ValidationError, match="None of your requests"):
        KIND.read_cells(SPEC, ["ABC-1448-000068"], context)
