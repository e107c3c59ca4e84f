"""Fixtures every test may use: the tree of pages, people by role, and databases as they were after each test.

The tree (root → home → services, in Arabic with its English translation) is made once per session and
stands in the database of every test.
"""

import gc
import os
import shutil

import pytest
from django.db import connection
from django.test import Client, TransactionTestCase
from pytest_django import DjangoDbBlocker

from home.accounts.models import User
from home.front.models import HomePage
from services_catalog.models import ServiceIndexPage
from tests import seeded, tree
from tests.factories import UserFactory
from tests.outside import gateway, impatient, mail_server  # noqa: F401  # fixtures


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what uses a database: the run on PostgreSQL leaves out what can have no other outcome there."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if item.get_closest_marker("django_db") or {"db", "transactional_db"} & fixtures:
            item.add_marker("database")


def pytest_collection_finish() -> None:
    """What stays until the end is looked through for garbage no more: with Wagtail loaded that takes its time."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """Begin with a copy of the SQLite file that MIGRATED_SQLITE names, on which all migrations have been run."""
    migrated = os.environ.get("MIGRATED_SQLITE", "")
    if migrated and connection.vendor == "sqlite":
        shutil.copy(migrated, connection.settings_dict["TEST"]["NAME"])


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The test database, with the tree of pages in it."""
    with django_db_blocker.unblock():
        tree.plant()
        seeded.remember()
    TransactionTestCase._fixture_teardown = lambda self: seeded.put_back()  # type: ignore[attr-defined]


@pytest.fixture
def home(db: None) -> HomePage:
    """The Arabic home page."""
    return tree.home()


@pytest.fixture
def services(db: None) -> ServiceIndexPage:
    """The Arabic catalogue, parent of service pages."""
    return tree.services()


@pytest.fixture
def citizen(db: None) -> User:
    return UserFactory(citizen=True)


@pytest.fixture
def clerk(db: None) -> User:
    return UserFactory(clerk=True)


@pytest.fixture
def supervisor(db: None) -> User:
    return UserFactory(supervisor=True)


@pytest.fixture
def auditor(db: None) -> User:
    return UserFactory(auditor=True)


@pytest.fixture
def editor(db: None) -> User:
    return UserFactory(editor=True)


@pytest.fixture
def signed_in(client: Client, citizen: User) -> Client:
    """A browser in which `citizen` has signed in."""
    client.force_login(citizen)
    return client


@pytest.fixture
def on_postgresql() -> bool:
    return connection.vendor == "postgresql"
