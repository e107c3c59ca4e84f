"""Somebody looks an entry up in the wizard while the whole registry is replaced, again and again."""

import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from home.accounts.models import User
from service_requests.wizard.models import Draft
from services_catalog.registries import importing
from tests.factories import DepartmentFactory, OrganisationFactory, ServicePageFactory, UserFactory
from tests.service_requests.wizard.samples import Browser
from tests.service_requests.wizard.test_lookup import NOT_FOUND, form_of
from tests.services_catalog.registries.conftest import many, registry_of
from tests.services_catalog.registries.test_import import csv

ENTRIES, LOOKS = 300, 3
KEY = {"permit.contractor": "7", "permit.permit": "P-7", "reason": "it ends"}


@pytest.mark.postgresql
@pytest.mark.usefixtures("transactional_db")
def test_whoever_looks_something_up_while_a_registry_is_replaced_is_shown_an_old_or_a_new_entry() -> None:
    registry = registry_of(OrganisationFactory())
    many(registry, ENTRIES, name=_name(0))
    department = DepartmentFactory(organisation=registry.organisation)
    page = ServicePageFactory(value=form_of(registry.organisation), department=department)
    keeper, people = UserFactory(supervisor=True), UserFactory.create_batch(3, citizen=True)
    done = threading.Event()
    readers = [_Reader(person, page.slug, done) for person in people]

    for reader in readers:
        reader.start()
    editions = 1
    while any(reader.failed is None and len(reader.seen) < LOOKS for reader in readers):
        importing.confirm(importing.begin(registry, "x.csv", _edition(editions), replace=True, by=keeper))
        editions += 1
    done.set()
    for reader in readers:
        reader.join()

    names = {_name(number) for number in range(editions)}
    for reader in readers:
        assert reader.failed is None
        assert set(reader.statuses) <= {200, 303}
        assert set(reader.seen) <= names
        # Never an older one after a newer one.
        assert reader.seen == sorted(reader.seen)
    held = {draft.data["extra_data"]["answers"]["permit"]["values"]["name"] for draft in Draft.objects.all()}
    assert {name.partition(" ")[0] for name in held} <= names


def _edition(number: int) -> bytes:
    return csv(*(f"{serial},P-{serial},{_name(number)} {serial},," for serial in range(1, ENTRIES + 1)))


def _name(edition: int) -> str:
    return f"edition{edition:04}"


class _Reader(threading.Thread):
    """A person who presses Find until the registry stands still."""

    def __init__(self, person: User, slug: str, done: threading.Event) -> None:
        super().__init__()
        client = Client()
        client.force_login(person)
        self.browser, self.done = Browser(client, slug, "en"), done
        self.statuses: list[int] = []
        self.seen: list[str] = []
        self.failed: BaseException | None = None

    def run(self) -> None:
        try:
            while not self.done.is_set():
                self._look()
        except BaseException as error:
            self.failed = error
        finally:
            connection.close()

    def _look(self) -> None:
        self.browser.send("which", KEY, do="forget:permit")
        pressed: Any = self.browser.send("which", KEY, do="find:permit")
        shown = self.browser.open("which", "?find=permit")
        self.statuses += [pressed.status_code, shown.status_code]
        page = shown.content.decode()
        assert NOT_FOUND["en"] not in page
        self.seen.append("edition" + page.partition("edition")[2][:4])
