"""Placeholders of message templates, and how many text messages a text takes."""

import pytest
from django.core.exceptions import ValidationError

from cms.placeholders import filled
from cms.segments import segments
from service_requests.casework.models import MessageTemplate
from service_requests.casework.placeholders import unknown_in
from tests.factories import OrganisationFactory


@pytest.mark.parametrize(
    ("text", "characters", "parts"),
    [
        ("", 0, 0),
        ("a" * 160, 160, 1),
        ("a" * 161, 161, 2),
        ("a" * 306, 306, 2),
        ("a" * 307, 307, 3),
        ("€" * 80, 160, 1),
        ("€" * 81, 162, 2),
        ("ض" * 70, 70, 1),
        ("ض" * 71, 71, 2),
        ("ض" * 134, 134, 2),
        ("ض" * 135, 135, 3),
        ("a" * 70 + "ض", 71, 2),
        ("😀" * 35, 70, 1),
        ("😀" * 36, 72, 2),
        # 33 of them, and half a place that none of them fits into.
        ("😀" * 67, 134, 3),
        ("a" * 152 + "€" + "a" * 152, 306, 3),
    ],
)
def test_parts_are_counted_as_gateways_send_them(text: str, characters: int, parts: int) -> None:
    size = segments(text)

    assert (size.characters, size.parts) == (characters, parts)


def test_what_is_filled_in_is_never_a_placeholder_itself() -> None:
    values = {"applicant": "{number} {x}", "number": "T-1"}

    assert filled("{applicant} · {number} · {other} · {}", values) == "{number} {x} · T-1 · {other} · {}"


def test_words_that_mean_nothing_are_named() -> None:
    assert unknown_in("{number} {nummer} {} {applicant name}") == ["nummer", "", "applicant name"]


def test_a_space_inside_the_brackets_does_not_reach_the_citizen() -> None:
    assert unknown_in("{ number }") == []
    assert filled("{ number }", {"number": "T-1"}) == "T-1"


@pytest.mark.django_db
def test_a_template_with_a_wrong_placeholder_is_not_saved() -> None:
    template = MessageTemplate(
        organisation=OrganisationFactory(),
        name={"ar": "نص", "en": "Text"},
        text={"ar": "{number}", "en": "{nummer}"},
    )

    with pytest.raises(ValidationError) as refused:
        template.full_clean()

    assert "{nummer}" in str(refused.value)
