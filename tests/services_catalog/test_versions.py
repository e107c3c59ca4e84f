"""The editor's page of form versions: listed, compared in words, retired and brought back."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Locale, PageLogEntry, PagePermissionTester

from forms_builder.models import FormVersion
from services_catalog.models import ServiceIndexPage, ServicePage
from services_catalog.usage import Usage
from tests.factories import DepartmentFactory, DraftFactory, ServiceRequestFactory, UserFactory
from tests.services_catalog.forms import DOUBLE, draft_of, page_with, steps

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(UserFactory(is_superuser=True, is_staff=True, full_name="هند المحررة"))
    return client


@pytest.fixture
def page(services: ServiceIndexPage) -> ServicePage:
    """Published three times: with a question more, and with one less."""
    page = page_with(services, DepartmentFactory(), "name", "place", live=True)
    publish(page, "name", "place", "phone")
    publish(page, "name", "phone")
    return page


def publish(page: ServicePage, *keys: str, user: Any = None) -> None:
    page.form_steps = steps(*keys)
    page.save_revision().publish(user=user)
    page.refresh_from_db()


def address(page: ServicePage, query: str = "") -> str:
    return reverse("services_catalog_versions", args=[page.pk]) + query


def retire_address(page: ServicePage, number: int) -> str:
    return reverse("services_catalog_retire", args=[page.pk, number])


def reinstate_address(page: ServicePage, number: int) -> str:
    return reverse("services_catalog_reinstate", args=[page.pk, number])


def version(page: ServicePage, number: int) -> FormVersion:
    return FormVersion.objects.get(form__translation_key=page.translation_key, number=number)


def test_versions_are_listed_newest_first_with_what_depends_on_them(admin: Client, page: ServicePage) -> None:
    DraftFactory(service=page, form_version=version(page, 1))
    DraftFactory(service=page, form_version=version(page, 1))
    ServiceRequestFactory(service=page, form_version=version(page, 2))

    rows = admin.get(address(page)).context["rows"]

    assert [(row.number, row.is_live, row.usage) for row in rows] == [
        (3, True, Usage(0, 0)),
        (2, False, Usage(0, 1)),
        (1, False, Usage(2, 0)),
    ]


def test_drafts_that_were_sent_are_not_counted_as_being_written(admin: Client, page: ServicePage) -> None:
    request = ServiceRequestFactory(service=page, form_version=version(page, 1))
    DraftFactory(service=page, form_version=version(page, 1), closed_at=request.submitted_at, request=request)

    assert admin.get(address(page)).context["rows"][-1].usage == Usage(0, 1)


def test_who_published_is_named_where_it_is_known(admin: Client, page: ServicePage) -> None:
    publish(page, "other", user=UserFactory(is_superuser=True, full_name="سعد المشرف"))

    rows = admin.get(address(page)).context["rows"]

    assert [row.published_by for row in rows] == ["سعد المشرف", "", "", ""]


def test_the_newest_is_compared_with_the_one_before(admin: Client, page: ServicePage) -> None:
    response = admin.get(address(page))

    assert (response.context["old"].value, response.context["new"].value) == ("2", "3")
    assert len(response.context["changes"]) == 2
    assert any("سؤال 2" in sentence for sentence in response.context["changes"])


def test_any_two_are_compared(admin: Client, page: ServicePage) -> None:
    response = admin.get(address(page, "?old=1&new=2"))

    assert len(response.context["changes"]) == 1
    assert "سؤال 3" in response.context["changes"][0]


@pytest.mark.parametrize("query", ["?old=99&new=x", "?old=draft&new=draft", "?old=1&new=1", "?old=%00"])
def test_what_cannot_be_compared_is_no_error(admin: Client, page: ServicePage, query: str) -> None:
    assert admin.get(address(page, query)).status_code == 200


def test_the_draft_that_is_not_published_is_compared_with_the_live_version(admin: Client, page: ServicePage) -> None:
    assert admin.get(address(page)).context["is_changed"] is False

    draft_of(page, "name", "phone", "email")
    response = admin.get(address(page))

    assert response.context["is_changed"] is True
    assert len(response.context["unpublished"]) == 1
    assert len(admin.get(address(page, "?old=3&new=draft")).context["changes"]) == 1


def test_a_page_that_was_never_published_says_so(admin: Client, services: ServiceIndexPage) -> None:
    page = page_with(services, DepartmentFactory(), "name")

    assert admin.get(address(page)).context["rows"] == []


def test_a_page_without_questions_is_still_told_of_its_versions(admin: Client, page: ServicePage) -> None:
    page.form_steps = []
    page.save_revision().publish()

    response = admin.get(address(page))

    assert [row.is_live for row in response.context["rows"]] == [False, False, False]


def test_a_version_is_retired_after_asking_and_brought_back(admin: Client, page: ServicePage) -> None:
    DraftFactory(service=page, form_version=version(page, 1))

    asked = admin.get(retire_address(page, 1))
    assert asked.context["usage"] == Usage(1, 0)
    assert version(page, 1).retired_at is None

    assert admin.post(retire_address(page, 1)).url == address(page)
    assert version(page, 1).retired_at is not None
    assert reinstate_address(page, 1) in admin.get(address(page)).content.decode()

    admin.post(reinstate_address(page, 1))
    assert version(page, 1).retired_at is None
    logged = PageLogEntry.objects.filter(page_id=page.pk, action__startswith="diwan.").order_by("timestamp")
    assert [entry.action for entry in logged] == ["diwan.retire_form_version", "diwan.reinstate_form_version"]
    assert [entry.data for entry in logged] == [{"number": 1}] * 2


def test_the_history_of_the_page_tells_of_it_in_words(admin: Client, page: ServicePage) -> None:
    admin.post(retire_address(page, 1))
    admin.post(reinstate_address(page, 1))

    assert admin.get(reverse("wagtailadmin_pages:history", args=[page.pk])).status_code == 200
    told = [entry.message for entry in PageLogEntry.objects.filter(page_id=page.pk, action__startswith="diwan.")]
    assert all("1" in str(message) for message in told)


def test_the_live_version_is_never_retired(admin: Client, page: ServicePage) -> None:
    admin.post(retire_address(page, 3))

    assert version(page, 3).retired_at is None
    assert retire_address(page, 3) not in admin.get(address(page)).content.decode()


def test_publishing_a_retired_form_again_makes_it_live(admin: Client, page: ServicePage) -> None:
    admin.post(retire_address(page, 1))

    publish(page, "name", "place")

    assert version(page, 1).retired_at is None
    assert admin.get(address(page)).context["live"] == version(page, 1)


def test_bringing_back_takes_a_post(admin: Client, page: ServicePage) -> None:
    assert admin.get(reinstate_address(page, 1)).status_code == 405


@pytest.mark.parametrize("role", ["clerk", "auditor", "supervisor"])
def test_only_whoever_may_edit_the_page_sees_its_versions(client: Client, page: ServicePage, role: str) -> None:
    client.force_login(UserFactory(**{role: True}))

    for place in (address(page), retire_address(page, 1)):
        assert client.get(place).status_code == 404
    assert client.post(reinstate_address(page, 1)).status_code == 404


def test_who_may_edit_and_not_publish_sees_them_and_retires_none(
    client: Client, page: ServicePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PagePermissionTester, "can_publish", lambda self: False)
    client.force_login(UserFactory(editor=True))

    shown = client.get(address(page))

    assert shown.status_code == 200
    assert retire_address(page, 1) not in shown.content.decode()
    assert client.post(retire_address(page, 1)).status_code == 404
    assert version(page, 1).retired_at is None


def test_another_services_version_is_not_found(admin: Client, page: ServicePage, services: ServiceIndexPage) -> None:
    other = page_with(services, DepartmentFactory(), "name", live=True, slug="other")

    assert admin.post(retire_address(other, 2)).status_code == 404
    assert version(page, 2).retired_at is None


def test_a_translation_shows_the_versions_of_its_source(admin: Client, page: ServicePage) -> None:
    english = page.copy_for_translation(Locale.objects.get(language_code="en"))

    assert len(admin.get(address(english)).context["rows"]) == 3


def test_the_header_of_the_page_links_to_its_versions(admin: Client, page: ServicePage) -> None:
    assert address(page) in admin.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()


def test_more_versions_cost_no_more_queries(admin: Client, page: ServicePage) -> None:
    admin.get(address(page))

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            admin.get(address(page))
        return len(captured)

    before = cost()
    for number in range(5):
        publish(page, "name", f"extra{number}")
    admin.get(address(page))

    assert cost() <= before


def test_a_draft_that_is_not_right_yet_is_compared_all_the_same(admin: Client, page: ServicePage) -> None:
    draft_of(page, *DOUBLE, "")

    assert admin.get(address(page, "?old=1&new=draft")).status_code == 200
