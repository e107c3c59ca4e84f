"""Registries in the admin: kept by staff of the organisation, and not there for anybody else."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from home.accounts.models import User
from services_catalog.organisations.models import Organisation
from services_catalog.registries.models import Registry, RegistryEntry, RegistryImport
from tests.factories import DepartmentFactory, OrganisationFactory, UserFactory
from tests.services_catalog.registries.conftest import columns, entry_of, registry_of
from tests.services_catalog.registries.test_import import csv, upload

pytestmark = pytest.mark.django_db
CANARY = "سجل سري"


def address(model: type, view: str, *args: Any, **query: Any) -> str:
    return reverse(model.snippet_viewset.get_url_name(view), args=args, query=query or None)


@pytest.fixture
def foreign(db: None) -> RegistryEntry:
    registry = registry_of(OrganisationFactory(name={"ar": CANARY, "en": CANARY}), "foreign")
    registry.name = {"ar": CANARY, "en": CANARY}
    registry.save()
    return entry_of(registry, name=CANARY)


def test_staff_see_search_add_and_change_entries_of_their_own(desk: Client, registry: Registry) -> None:
    entry_of(registry)
    new = {"values_contractor": "٥٥", "values_permit": "B-1", "values_name": "مؤسسة الأمانة", "values_ends": "1/2/2031"}

    added = desk.post(address(RegistryEntry, "add", registry=registry.pk), new)
    entry = registry.entries.get(lookup_key="55|b1")
    changed = desk.post(address(RegistryEntry, "edit", entry.pk), {**new, "values_name": "مؤسسة أخرى"})
    listed = desk.get(address(RegistryEntry, "list", registry=registry.pk, q="مؤسسه اخرى")).content.decode()
    told = desk.get(address(RegistryEntry, "history", entry.pk))

    assert (added.status_code, changed.status_code, told.status_code) == (302, 302, 200)
    assert "مؤسسة أخرى" in listed
    assert "شركة البناء" not in listed
    entry.refresh_from_db()
    assert entry.values["ends"] == "2031-02-01"
    assert str(entry.expires_on) == "2031-02-01"
    assert entry.history.count() == 2


@pytest.mark.parametrize("wrong", [{"values_contractor": ""}, {"values_ends": "soon"}, {"values_permit": "A-77"}])
def test_an_entry_with_a_wrong_or_a_taken_key_is_refused_in_words(
    desk: Client, registry: Registry, wrong: dict[str, str]
) -> None:
    entry_of(registry)
    typed = {"values_contractor": "12045", "values_permit": "B", "values_name": "x", **wrong}

    response = desk.post(address(RegistryEntry, "add", registry=registry.pk), typed)

    assert response.status_code == 200
    assert registry.entries.count() == 1


def test_staff_can_make_a_used_entry_available_again(desk: Client, registry: Registry) -> None:
    entry = entry_of(registry)
    RegistryEntry.objects.update(used_by="ABC-1448-000001")
    page = desk.get(address(RegistryEntry, "edit", entry.pk)).content.decode()
    typed = {f"values_{key}": text for key, text in entry.values.items()}

    desk.post(address(RegistryEntry, "edit", entry.pk), typed)
    kept = RegistryEntry.objects.get().used_by
    desk.post(address(RegistryEntry, "edit", entry.pk), {**typed, "release": "on"})

    assert "ABC-1448-000001" in page
    assert (kept, RegistryEntry.objects.get().used_by) == ("ABC-1448-000001", "")


def test_entries_and_registries_of_another_organisation_do_not_exist(
    desk: Client, registry: Registry, foreign: RegistryEntry
) -> None:
    theirs = foreign.registry
    addresses = [
        *(address(RegistryEntry, view, foreign.pk) for view in ("edit", "delete", "history", "usage")),
        *(address(Registry, view, theirs.pk) for view in ("edit", "delete", "history", "usage")),
        address(RegistryEntry, "add", registry=theirs.pk),
        address(RegistryEntry, "add"),
        reverse("registries_import", args=[theirs.pk]),
        reverse("registries_export", args=[theirs.pk, "csv"]),
    ]

    for place in addresses:
        for response in (desk.get(place), desk.post(place, {"name": "x"})):
            assert response.status_code in (404, 405), place
    lists = [address(RegistryEntry, "list"), address(Registry, "list")]
    lists += [address(RegistryEntry, "list", registry=theirs.pk), address(RegistryEntry, "list", q=CANARY)]
    for place in lists:
        assert foreign.values["name"] not in desk.get(place).content.decode().replace(f'value="{CANARY}"', "")


def test_an_import_of_a_colleague_is_not_there(desk: Client, registry: Registry, client: Client) -> None:
    place = upload(desk, registry, csv("1,A,x,,")).url
    colleague = UserFactory(supervisor=True, departments=[DepartmentFactory(organisation=registry.organisation)])
    client.force_login(colleague)

    assert client.get(place).status_code == 404
    assert client.post(place).status_code == 404
    assert RegistryImport.objects.get().applied_at is None


@pytest.mark.parametrize("role", ["auditor", "clerk"])
def test_who_may_not_keep_registries_neither_imports_nor_adds(
    client: Client, registry: Registry, organisation: Organisation, role: str
) -> None:
    client.force_login(UserFactory(**{role: True}, departments=[DepartmentFactory(organisation=organisation)]))

    for place in (
        reverse("registries_import", args=[registry.pk]),
        address(RegistryEntry, "add", registry=registry.pk),
    ):
        assert client.get(place).status_code in (302, 403)
        assert client.post(place, {}).status_code in (302, 403)


def test_a_citizen_reaches_nothing_of_it(client: Client, registry: Registry, citizen: User) -> None:
    client.force_login(citizen)

    assert client.get(reverse("registries_export", args=[registry.pk, "csv"])).status_code in (302, 403)


def test_what_entries_mean_cannot_be_changed_under_them(registry: Registry) -> None:
    entry_of(registry)
    registry.columns = columns(("contractor", "text", "رقم", "Number", {"is_key": True}))

    with pytest.raises(Exception, match="columns"):
        registry.full_clean()


@pytest.mark.parametrize(
    "written",
    [
        [("a", "text", "أ", "A", {})],
        [("a", "text", "أ", "A", {"is_key": True}), ("a", "text", "ب", "B", {})],
        [("a", "text", "أ", "A", {"is_key": True, "is_expiry": True})],
    ],
)
def test_columns_that_cannot_work_are_refused(registry: Registry, written: Any) -> None:
    registry.columns = columns(*written)

    with pytest.raises(Exception, match="columns"):
        registry.full_clean()


def test_a_registry_with_entries_is_not_deleted(desk: Client, registry: Registry) -> None:
    entry_of(registry)

    desk.post(address(Registry, "delete", registry.pk))
    desk.post(reverse("wagtail_bulk_action", args=["registries", "registry", "delete"], query={"id": registry.pk}))

    assert Registry.objects.filter(pk=registry.pk).exists()
