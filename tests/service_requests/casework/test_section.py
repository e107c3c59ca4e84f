"""Templates of messages from content files: loaded once, changed by name, nobody else's touched."""

from typing import Any

import pytest

from service_requests.casework.models import MessageTemplate
from services_catalog.bundles import BundleRefused, load_records
from services_catalog.bundles.sections import sections
from services_catalog.content.media import Packed
from services_catalog.organisations.models import Organisation
from tests.factories import DepartmentFactory, OrganisationFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
FIRST = {"name": {"ar": "نقص", "en": "Missing"}, "text": {"ar": "الطلب {number}", "en": "Request {number}"}}
SECOND = {"name": {"ar": "موعد", "en": "Visit"}, "text": {"ar": "احضر", "en": "Come"}}


@pytest.fixture
def office(db: None) -> Organisation:
    made: Organisation = OrganisationFactory()
    return made


def load(key: str, *templates: dict[str, Any]) -> None:
    load_records("message_templates", {key: {"templates": list(templates)}}, None)  # type: ignore[arg-type]  # no files


def names(office: Organisation) -> list[str]:
    return [row.name["en"] for row in MessageTemplate.objects.filter(organisation=office)]


def test_what_was_loaded_reads_the_same_in_its_order(office: Organisation) -> None:
    load(office.key, FIRST, SECOND)

    assert names(office) == ["Missing", "Visit"]
    assert sections()["message_templates"].read(office.key, Packed()) == {"templates": [FIRST, SECOND]}


def test_a_template_of_that_name_is_changed_and_others_of_the_office_stay(office: Organisation) -> None:
    load(office.key, FIRST, SECOND)
    MessageTemplate.objects.create(organisation=office, name={"ar": "لنا", "en": "Ours"}, text=SECOND["text"])
    other = OrganisationFactory()
    load(other.key, FIRST)

    load(office.key, FIRST | {"text": {"ar": "جديد", "en": "New"}})

    assert names(office) == ["Missing", "Visit", "Ours"]
    assert MessageTemplate.objects.get(organisation=office, name__en="Missing").text["en"] == "New"
    assert MessageTemplate.objects.get(organisation=other).text == FIRST["text"]


def test_loading_the_same_again_writes_no_history(office: Organisation) -> None:
    load(office.key, FIRST)

    load(office.key, FIRST)

    assert MessageTemplate.history.count() == 1


def test_a_placeholder_that_there_is_not_is_refused(office: Organisation) -> None:
    with pytest.raises(BundleRefused, match="nummer"):
        load(office.key, FIRST | {"text": {"ar": "{nummer}", "en": "{nummer}"}})

    assert not names(office)


def test_an_office_that_is_not_here_is_refused_by_its_name() -> None:
    with pytest.raises(BundleRefused, match="nowhere"):
        load("nowhere", FIRST)


def test_nobody_writes_into_another_office_by_a_file(office: Organisation) -> None:
    own = DepartmentFactory()
    supervisor, clerk = UserFactory(supervisor=True, departments=[own]), UserFactory(clerk=True, departments=[own])
    section = sections()["message_templates"]

    assert section.may_write(supervisor, own.organisation.key)
    assert not section.may_write(supervisor, office.key)
    assert not section.may_write(clerk, own.organisation.key)
