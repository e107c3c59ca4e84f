"""Versions of a form: one for each form that differs."""

import uuid

import pytest

from forms_builder.models import Form
from forms_builder.publishing import digest_of, publish
from tests.forms_builder.building import one_step
from tests.forms_builder.samples import field

FIRST = one_step(field("short_text", "a"))
SECOND = one_step(field("short_text", "b"))


@pytest.mark.django_db
def test_the_same_form_makes_no_new_version() -> None:
    key = uuid.uuid4()

    versions = [publish(key, spec) for spec in (FIRST, FIRST, SECOND)]

    assert [version.number for version in versions] == [1, 1, 2]
    assert Form.objects.get(translation_key=key).live_version == versions[2]
    assert versions[2].value == SECOND


@pytest.mark.django_db
def test_going_back_makes_the_old_version_live_again() -> None:
    key = uuid.uuid4()
    first = publish(key, FIRST)
    publish(key, SECOND)

    again = publish(key, FIRST)

    assert again == first
    assert Form.objects.get(translation_key=key).live_version == first


def test_ids_of_blocks_make_no_difference() -> None:
    copied = one_step({**field("short_text", "a"), "id": "another"})

    assert digest_of(copied) == digest_of(FIRST)
    assert digest_of(SECOND) != digest_of(FIRST)
