"""The editor is shown what to put right at its block; what he has not finished is saved all the same."""

import pytest
from wagtail.blocks import StreamBlockValidationError

from services_catalog.going_live import form_errors
from services_catalog.models import ServiceIndexPage
from tests.factories import DepartmentFactory
from tests.services_catalog.forms import DOUBLE, GOOD, page_with, steps

pytestmark = pytest.mark.django_db


def test_a_key_given_twice_is_an_error_at_the_second_field() -> None:
    found = form_errors(steps(*DOUBLE))["form_steps"]

    assert isinstance(found, StreamBlockValidationError)
    fields = found.block_errors[0].block_errors["fields"]
    assert set(fields.block_errors) <= {0, 1}
    assert 1 in fields.block_errors


def test_a_form_without_errors_has_none() -> None:
    assert form_errors(steps(*GOOD)) == {}


def test_the_save_button_and_autosave_take_an_unfinished_form(services: ServiceIndexPage, client: object) -> None:
    page = page_with(services, DepartmentFactory(), *GOOD)
    page.form_steps = steps(*DOUBLE)

    page.save_revision(clean=False)

    latest = page.get_latest_revision_as_object()
    assert [field.value["key"] for field in latest.form_steps[0].value["fields"]] == list(DOUBLE)
    assert not latest.live
