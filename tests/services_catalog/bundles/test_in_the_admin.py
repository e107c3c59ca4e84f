"""Export and import in the admin: for those who may publish, step by step, and exactly what was shown."""

import io
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from home.accounts.models import User
from service_requests.appointments.models import AppointmentCalendar
from services_catalog.bundles import import_bundle
from services_catalog.bundles.holding import forget_expired
from services_catalog.bundles.planning import Verdict
from services_catalog.models import HeldBundle, ServicePage
from services_catalog.registries.models import Registry
from tests.factories import UserFactory
from tests.services_catalog.bundles.conftest import service
from tests.services_catalog.bundles.parking import SLUG, TOWN, bundled, packed, parking

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("services"), pytest.mark.any_database]
IMPORT = "/admin/services/import/"


@pytest.fixture
def chief(client: Client) -> Client:
    """A browser of somebody who may do everything."""
    client.force_login(UserFactory(is_superuser=True))
    return client


def upload(client: Client, content: bytes) -> Any:
    return client.post(IMPORT, {"file": SimpleUploadedFile("parking.zip", content)})


def planned(client: Client, content: bytes) -> str:
    """The address of the plan."""
    response = upload(client, content)
    assert response.status_code == 302
    return str(response["Location"])


def digest_on(page: Any) -> str:
    found = re.search(r'name="plan" value="(\w+)"', page.content.decode())
    assert found is not None
    return found[1]


def test_upload_plan_confirm(chief: Client) -> None:
    address = planned(chief, packed())
    page = chief.get(address)
    assert not ServicePage.objects.exists()

    done = chief.post(address, {"plan": digest_on(page)}, follow=True)

    assert service(SLUG).live
    assert service(SLUG, "en").live
    text = done.content.decode()
    assert f"/ar/services/{SLUG}/" in text
    assert f"/en/services/{SLUG}/" in text
    assert reverse("wagtailadmin_pages:edit", args=[service(SLUG).pk]) in text


def test_confirming_twice_imports_once(chief: Client) -> None:
    address = planned(chief, packed())
    digest = digest_on(chief.get(address))

    chief.post(address, {"plan": digest})
    again = chief.post(address, {"plan": digest}, follow=True)

    assert again.status_code == 200
    assert ServicePage.objects.filter(slug=SLUG).count() == 2


def test_nothing_is_imported_without_the_plan_that_was_looked_at(chief: Client) -> None:
    address = planned(chief, packed())

    for data in ({}, {"plan": "0" * 64}):
        chief.post(address, data)

    assert not ServicePage.objects.exists()


def test_a_change_between_plan_and_confirmation_is_noticed(chief: Client) -> None:
    import_bundle(bundled())
    address = planned(chief, packed(parking(summary={"ar": "من الملف.", "en": "From the file."})))
    digest = digest_on(chief.get(address))
    page = service(SLUG)
    page.summary = "كتبه المحرر."
    page.save_revision().publish()

    response = chief.post(address, {"plan": digest, "force": "on"}, follow=True)

    assert response.status_code == 200
    assert service(SLUG).summary == "كتبه المحرر."


def test_a_file_that_was_exchanged_in_the_storage_is_refused(chief: Client) -> None:
    address = planned(chief, packed())
    digest = digest_on(chief.get(address))
    held = HeldBundle.objects.get()
    Path(held.file.path).write_bytes(packed(parking(title={"ar": "آخر", "en": "Other"})))

    shown = chief.get(address)
    response = chief.post(address, {"plan": digest}, follow=True)

    assert 'name="plan"' not in shown.content.decode()
    assert response.status_code == 200
    assert not ServicePage.objects.exists()


def test_what_was_changed_here_is_replaced_only_when_asked_for(chief: Client) -> None:
    import_bundle(bundled())
    page = service(SLUG)
    page.summary = "كتبه المحرر."
    page.save_revision().publish()
    newer = packed(parking(summary={"ar": "من الملف.", "en": "From the file."}))

    kept, replaced = planned(chief, newer), planned(chief, newer)
    digest = digest_on(chief.get(kept))
    chief.post(kept, {"plan": digest})
    assert service(SLUG).summary == "كتبه المحرر."
    chief.post(replaced, {"plan": digest, "force": "on"})

    assert service(SLUG).summary == "من الملف."


def test_faults_of_the_form_stand_on_the_plan_and_there_is_no_button(chief: Client) -> None:
    steps = [{**parking()["form_steps"][0], "fields": []}]
    address = planned(chief, packed(parking(form_steps=steps)))

    text = chief.get(address).content.decode()

    assert "السيارة" in text
    assert 'name="plan"' not in text
    assert not ServicePage.objects.exists()


def test_the_same_as_a_draft_can_be_imported(chief: Client) -> None:
    steps = [{**parking()["form_steps"][0], "fields": []}]
    address = planned(chief, packed(parking(form_steps=steps)))
    page = chief.get(f"{address}?as=draft")

    chief.post(address, {"plan": digest_on(page), "as": "draft"})

    assert not service(SLUG).live


@pytest.mark.parametrize("content", [b"", b"hello", packed()[:-40]])
def test_a_bad_file_is_told_at_the_field(chief: Client, content: bytes) -> None:
    response = upload(chief, content)

    assert response.status_code == 200
    assert 'role="alert"' in response.content.decode()
    assert not HeldBundle.objects.exists()


def test_no_file_at_all_is_told_at_the_field(chief: Client) -> None:
    assert 'role="alert"' in chief.post(IMPORT, {}).content.decode()


def test_an_editor_imports_a_service_of_a_body_that_is_there(client: Client, editor: User) -> None:
    import_bundle(bundled())
    client.force_login(editor)
    address = planned(client, packed(parking(summary={"ar": "من الملف.", "en": "From the file."})))

    client.post(address, {"plan": digest_on(client.get(address))})

    assert service(SLUG).summary == "من الملف."


def test_an_editor_who_may_add_no_body_is_told_whom_to_ask(client: Client, editor: User) -> None:
    client.force_login(editor)
    address = planned(client, packed())

    text = client.get(address).content.decode()

    assert TOWN["name"]["ar"] in text
    assert 'name="plan"' not in text
    client.post(address, {"plan": "-"})
    assert not ServicePage.objects.exists()


@pytest.mark.parametrize("role", ["clerk", "supervisor", "auditor"])
def test_for_others_the_pages_do_not_exist(client: Client, role: str) -> None:
    import_bundle(bundled())
    client.force_login(UserFactory(role=role))

    assert client.get(IMPORT).status_code == 404
    assert upload(client, packed()).status_code == 404
    assert client.get(reverse("services_catalog_export", args=[service(SLUG).pk])).status_code == 404


def test_anothers_upload_does_not_exist(chief: Client) -> None:
    address = planned(chief, packed())
    other = Client()
    other.force_login(UserFactory(is_superuser=True))

    assert other.get(address).status_code == 404
    assert other.post(address, {"plan": "x"}).status_code == 404
    assert other.post(f"{address}discard/").status_code == 404
    assert chief.get(address).status_code == 200


def test_after_a_day_the_upload_is_gone_and_so_is_its_file(chief: Client) -> None:
    address = planned(chief, packed())
    held = HeldBundle.objects.get()
    HeldBundle.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert chief.get(address).status_code == 404
    forget_expired()

    assert not HeldBundle.objects.exists()
    assert not storages["private"].exists(held.file.name)


def test_a_discarded_upload_leaves_no_file(chief: Client) -> None:
    address = planned(chief, packed())
    held = HeldBundle.objects.get()

    chief.post(f"{address}discard/")

    assert not HeldBundle.objects.exists()
    assert not storages["private"].exists(held.file.name)


def test_export_is_offered_on_the_page_and_gives_the_file(client: Client, editor: User) -> None:
    import_bundle(bundled())
    client.force_login(editor)
    address = reverse("services_catalog_export", args=[service(SLUG, "en").pk])

    response = client.get(address)

    assert response["Content-Type"] == "application/zip"
    assert f"{SLUG}.diwan.zip" in response["Content-Disposition"]
    assert io.BytesIO(response.content).read(2) == b"PK"
    edit = client.get(reverse("wagtailadmin_pages:edit", args=[service(SLUG).pk])).content.decode()
    assert reverse("services_catalog_export", args=[service(SLUG).pk]) in edit


def test_the_menu_leads_there_for_those_who_may(client: Client, editor: User, clerk: User) -> None:
    client.force_login(editor)
    assert IMPORT in client.get("/admin/").content.decode()

    client.force_login(clerk)
    assert IMPORT not in client.get("/admin/").content.decode()


def test_an_import_adds_no_registry_and_no_calendar_to_a_body_that_is_not_ones_own(
    client: Client, editor: User
) -> None:
    """He may add both, to his own body; a file names any."""
    import_bundle(bundled())
    client.force_login(editor)
    registry = {"organisation": "town", "name": {"ar": "سجل", "en": "Register"}, "columns": []}
    calendar = {"organisation": "town", "name": {"ar": "تقويم", "en": "Calendar"}}
    address = planned(client, packed(registries={"town-cars": registry}, calendars={"town-hall": calendar}))

    plan = client.get(address).context["plan"]
    client.post(address, {"plan": plan.digest})

    assert {item.key for item in plan.of(Verdict.MISSING)} == {"town-cars", "town-hall"}
    assert not Registry.objects.exists()
    assert not AppointmentCalendar.objects.exists()


def test_a_page_that_somebody_locked_is_not_changed_by_an_import(client: Client, editor: User) -> None:
    import_bundle(bundled())
    page = service(SLUG)
    page.locked, page.locked_by = True, UserFactory(role="editor")
    page.save()
    client.force_login(editor)
    address = planned(client, packed(parking(summary={"ar": "من الملف.", "en": "From the file."})))

    plan = client.get(address).context["plan"]
    client.post(address, {"plan": plan.digest, "force": "on"})

    assert [item.key for item in plan.of(Verdict.MISSING)] == [SLUG]
    assert service(SLUG).summary != "من الملف."
