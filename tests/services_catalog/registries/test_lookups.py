"""Looking an entry up: one indexed query however many there are, and no guessing."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from forms_builder.ports import ColumnKind, TooManyLookups, Wanted
from services_catalog.organisations.models import Organisation
from services_catalog.registries.attempts import WINDOW, forget_old_attempts
from services_catalog.registries.columns import lookup_key
from services_catalog.registries.lookups import StoredRegistries
from services_catalog.registries.models import LookupAttempt, Registry, RegistryEntry
from tests.factories import OrganisationFactory
from tests.services_catalog.registries.conftest import entry_of, many, registry_of

pytestmark = pytest.mark.django_db
STORED = StoredRegistries()
PERSON = {"person:1": 1}


def wanted(registry: Registry, contractor: str = "12045", permit: str = "A-77", **more: Any) -> Wanted:
    key: tuple[tuple[ColumnKind, str], ...] = (("number", contractor), ("text", permit))
    return Wanted(**{"organisation": registry.organisation.key, "registry": registry.key, "key": key, **more})


@pytest.mark.parametrize(
    ("contractor", "permit"), [("12045", "A-77"), ("١٢٠٤٥", "a 77"), ("012,045", "A77"), (" 12045 ", "A-٧٧")]
)
def test_an_entry_is_found_however_its_key_is_spelt(registry: Registry, contractor: str, permit: str) -> None:
    entry = entry_of(registry)

    found = STORED.find(wanted(registry, contractor, permit))

    assert found is not None
    assert found.id == str(entry.public_id)
    assert found.values["name"] == "شركة البناء المتين"


@pytest.mark.parametrize(
    ("contractor", "permit"), [("12046", "A-77"), ("12045", "A-78"), ("", "A-77"), ("1e9", "A-77"), ("x|y", "A-77")]
)
def test_every_part_of_the_key_has_to_be_right(registry: Registry, contractor: str, permit: str) -> None:
    entry_of(registry)

    assert STORED.find(wanted(registry, contractor, permit)) is None


def test_two_keys_that_read_alike_when_joined_are_different() -> None:
    assert lookup_key([("text", "a|b"), ("text", "c")]) != lookup_key([("text", "a"), ("text", "b|c")])


def test_an_entry_is_expired_from_the_day_after(registry: Registry) -> None:
    today = timezone.now().astimezone(registry.organisation.zone).date()
    entry_of(registry, ends=today.isoformat())
    entry_of(registry, permit="old", ends=(today - timedelta(days=1)).isoformat())

    last_day, expired = STORED.find(wanted(registry)), STORED.find(wanted(registry, permit="old"))

    assert last_day
    assert not last_day.is_expired
    assert expired
    assert expired.is_expired


def test_another_organisation_finds_nothing(registry: Registry) -> None:
    entry_of(registry)
    other: Organisation = OrganisationFactory()

    assert STORED.find(wanted(registry, organisation=other.key)) is None
    assert STORED.find(wanted(registry, organisation="")) is None
    assert STORED.samples(other.key, registry.key) == []


def test_a_look_up_is_one_query_on_the_index(
    registry: Registry, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    many(registry, 3_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

    with django_assert_num_queries(1) as queries:
        assert STORED.find(wanted(registry, "1500", "P-1500"))

    explain = "EXPLAIN " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN "
    with connection.cursor() as cursor:
        cursor.execute(explain + queries.captured_queries[0]["sql"])
        plan = "\n".join(str(row) for row in cursor.fetchall())
    # SQLite does not name the index of a constraint.
    index = "entry_key_is_unique_in_registry" if connection.vendor == "postgresql" else "registry_id=? AND lookup_key=?"
    assert index in plan


# -- limits


def fail(registry: Registry, number: int, **more: Any) -> None:
    assert STORED.find(wanted(registry, str(number), asked_by=PERSON, most_failures=5, **more)) is None


def test_who_tries_too_many_wrong_keys_has_to_wait(registry: Registry) -> None:
    entry_of(registry)
    for number in range(5):
        fail(registry, number)

    # Also the right key is not told any more: else one could go on guessing.
    for contractor in ("99", "12045", "99", "12045"):
        with pytest.raises(TooManyLookups):
            STORED.find(wanted(registry, contractor, asked_by=PERSON, most_failures=5))
    assert STORED.find(wanted(registry, asked_by={"person:2": 1}, most_failures=5))


def test_the_same_wrong_key_counts_once(registry: Registry) -> None:
    for _time in range(20):
        fail(registry, 1)

    assert LookupAttempt.objects.count() == 1


def test_an_entry_that_was_found_can_be_looked_at_while_one_has_to_wait(registry: Registry) -> None:
    entry_of(registry)
    right = wanted(registry, asked_by=PERSON, most_failures=5)
    assert STORED.find(right)
    for number in range(5):
        fail(registry, number)

    assert STORED.find(right)


def test_who_finds_entry_after_entry_is_stopped_too(registry: Registry) -> None:
    many(registry, 30)
    found = 0

    def collect() -> None:
        nonlocal found
        for number in range(1, 31):
            found += bool(STORED.find(wanted(registry, str(number), f"P-{number}", asked_by=PERSON, most_failures=5)))

    with pytest.raises(TooManyLookups):
        collect()

    assert found == 15


def test_a_network_is_limited_whatever_account_is_used(registry: Registry) -> None:
    for number in range(10):
        asked_by = {f"person:{number}": 1, "network:192.0.2.1": 2}
        assert STORED.find(wanted(registry, str(number), asked_by=asked_by, most_failures=5)) is None

    with pytest.raises(TooManyLookups):
        STORED.find(wanted(registry, "77", asked_by={"person:77": 1, "network:192.0.2.1": 2}, most_failures=5))


def test_after_an_hour_everybody_may_try_again_and_nothing_is_kept(registry: Registry) -> None:
    for number in range(5):
        fail(registry, number)
    LookupAttempt.objects.update(at=timezone.now() - WINDOW - timedelta(seconds=1))

    fail(registry, 99)
    fail(registry, 1)
    forget_old_attempts()

    assert LookupAttempt.objects.count() == 2


def test_the_count_names_nobody(registry: Registry) -> None:
    STORED.find(wanted(registry, "12045", asked_by={"person:1": 1, "network:192.0.2.1": 10}))

    kept = " ".join(str(row) for row in LookupAttempt.objects.values())
    assert "192.0.2.1" not in kept
    assert "person" not in kept
    assert "12045" not in kept


# -- used once


def test_an_entry_is_used_by_one_request_only_and_its_history_says_so(registry: Registry) -> None:
    entry = entry_of(registry)

    assert STORED.use(str(entry.public_id), by="ABC-1448-000001")
    assert not STORED.use(str(entry.public_id), by="ABC-1448-000002")

    found = STORED.find(wanted(registry))
    assert found
    assert found.is_used
    assert [row.used_by for row in entry.history.all()] == ["ABC-1448-000001", ""]


@pytest.mark.postgresql
@pytest.mark.usefixtures("transactional_db")
def test_of_two_who_use_an_entry_at_once_one_gets_it() -> None:
    entry = entry_of(registry_of(OrganisationFactory()))
    start, got = threading.Barrier(2), []

    def use(number: str) -> None:
        start.wait()
        got.append(STORED.use(str(entry.public_id), by=number))
        connection.close()

    threads = [threading.Thread(target=use, args=(number,)) for number in ("A-1", "A-2")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(got) == [False, True]
    assert RegistryEntry.objects.get().used_by in ("A-1", "A-2")
