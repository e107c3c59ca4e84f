"""Fixtures every test may use: the tree of pages, people by their role, and databases that survive a flush.

The tree (root → home → services, in Arabic with its English translation) is made once per session and
stands in the database of every test.
"""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from pytest_django import DjangoDbBlocker
from pytest_django.plugin import blocking_manager_key

from home.accounts.models import User
from home.front.models import HomePage
from services_catalog.models import ServiceIndexPage
from tests import tree
from tests.factories import UserFactory


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what uses a database: the run on PostgreSQL leaves out what can have no other outcome there."""
    for item in items:
        if item.get_closest_marker("django_db") or {"db", "transactional_db"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("database")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The test database, with the tree of pages in it."""
    with django_db_blocker.unblock():
        tree.plant()


@pytest.fixture
def reseeded_db(transactional_db: None) -> None:
    """A database whose commits are real: ask for it instead of `django_db(transaction=True)`.

    Django empties every table after such a test, root page, locales and groups with them; the tree is
    planted again afterwards.
    """
    tree.plant()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """Plant the tree again after a flush: when every fixture has ended, in whichever order they began."""
    yield
    # After the last test the database itself is gone.
    if nextitem and "reseeded_db" in getattr(item, "fixturenames", ()):
        with item.config.stash[blocking_manager_key].unblock():
            tree.plant()


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
