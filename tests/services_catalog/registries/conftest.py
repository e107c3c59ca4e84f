"""A registry of permits: two key columns, a name, a day of expiry and a status."""

from typing import Any

import pytest
from django.test import Client

from home.accounts.models import User
from services_catalog.organisations.models import Organisation
from services_catalog.registries.columns import ColumnsBlock
from services_catalog.registries.models import Registry, RegistryEntry
from tests.factories import DepartmentFactory, OrganisationFactory, UserFactory

COLUMNS = (
    ("contractor", "number", "رقم المقاول", "Contractor number", {"is_key": True}),
    ("permit", "text", "رقم التصريح", "Permit number", {"is_key": True}),
    ("name", "text", "اسم المقاول", "Contractor's name", {}),
    ("ends", "date", "ينتهي في", "Ends on", {"is_expiry": True}),
    ("status", "text", "الحالة", "Status", {}),
)
ROW = {"contractor": "12045", "permit": "A-77", "name": "شركة البناء المتين", "ends": "2099-05-31", "status": "valid"}


def columns(*written: Any) -> Any:
    return ColumnsBlock().to_python(
        [
            {
                "type": "column",
                "id": f"column-{key}",
                "value": {"key": key, "kind": kind, "label": {"ar": arabic, "en": english}, **more},
            }
            for key, kind, arabic, english, more in written or COLUMNS
        ]
    )


def registry_of(organisation: Organisation, key: str = "permits") -> Registry:
    name = {"ar": f"سجل {key}", "en": f"Register {key}"}
    return Registry.objects.create(key=key, name=name, organisation=organisation, columns=columns())


def entry_of(registry: Registry, **values: str) -> RegistryEntry:
    entry = RegistryEntry(registry=registry)
    entry.fill({**ROW, **values})
    entry.save()
    return entry


def many(registry: Registry, count: int, name: str = "شركة") -> list[RegistryEntry]:
    """As many entries as that, in one go and without history."""
    entries = [RegistryEntry(registry=registry) for _number in range(count)]
    for number, entry in enumerate(entries, start=1):
        entry.fill({**ROW, "contractor": str(number), "permit": f"P-{number}", "name": f"{name} {number}"})
    return RegistryEntry.objects.bulk_create(entries, batch_size=1_000)


@pytest.fixture
def organisation(db: None) -> Organisation:
    office: Organisation = OrganisationFactory()
    return office


@pytest.fixture
def registry(organisation: Organisation) -> Registry:
    return registry_of(organisation)


@pytest.fixture
def keeper(organisation: Organisation) -> User:
    """A member of staff who keeps the registries of his body."""
    return UserFactory(supervisor=True, departments=[DepartmentFactory(organisation=organisation)])


@pytest.fixture
def desk(client: Client, keeper: User) -> Client:
    client.force_login(keeper)
    return client
