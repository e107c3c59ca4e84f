"""The editor's report of all paths through a form: of the latest draft, for those who may edit the page."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import Locale
from wagtail.users.models import UserProfile

from services_catalog.models import ServiceIndexPage, ServicePage
from tests.factories import DepartmentFactory, UserFactory
from tests.forms_builder.samples import TWO, condition, field, step
from tests.services_catalog.forms import DOUBLE, GOOD, draft_of, page_with
from tests.services_catalog.registries.conftest import entry_of, registry_of

pytestmark = pytest.mark.django_db

KIND = field("one_of", "kind", options=TWO)


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    return client


def asks(page: ServicePage, *steps: dict[str, Any]) -> None:
    """The page's latest draft asks this; what is live does not."""
    page.form_steps = ServicePage._meta.get_field("form_steps").stream_block.to_python(list(steps))
    page.save_revision(clean=False)


def address(page: ServicePage) -> str:
    return reverse("services_catalog_paths", args=[page.pk])


def test_the_routes_of_the_latest_draft_are_listed(admin: Client, services: ServiceIndexPage) -> None:
    page = page_with(services, DepartmentFactory(), *GOOD)
    asks(
        page,
        step("first", KIND),
        step("second", field("yes_no", "sure"), show_if=condition(("kind", "equals", "b"))),
    )

    response = admin.get(address(page))

    report = response.context["report"]
    assert [row.steps for row in report.routes] == [["خطوة first"], ["خطوة first", "خطوة second"]]
    assert [row.answers for row in report.routes] == [[("سؤال kind", "خيار a")], [("سؤال kind", "خيار b")]]
    assert report.longest == report.routes[1]
    assert "خطوة second" in response.content.decode()


@pytest.mark.parametrize(("language", "word"), [("ar", "سؤال site"), ("en", "Question site")])
def test_what_no_answer_brings_up_is_named_in_the_editors_language(
    client: Client, services: ServiceIndexPage, language: str, word: str
) -> None:
    reader = UserFactory(is_superuser=True, is_staff=True)
    UserProfile.objects.create(user=reader, preferred_language=language)
    client.force_login(reader)
    page = page_with(services, DepartmentFactory(), *GOOD)
    asks(
        page,
        step("first", KIND, field("url", "site", show_if=condition(("kind", "not_answered", "")))),
        step("second", field("yes_no", "sure"), show_if=condition(("kind", "not_answered", ""))),
    )

    report = client.get(address(page)).context["report"]

    assert len(report.dead_steps) == len(report.never_shown) == 1
    assert "second" in report.dead_steps[0].text
    assert word in report.never_shown[0].text


def test_a_form_that_has_to_be_put_right_first_says_so(admin: Client, services: ServiceIndexPage) -> None:
    page = page_with(services, DepartmentFactory(), *GOOD)
    draft_of(page, *DOUBLE)

    response = admin.get(address(page))

    assert response.context["report"] is None
    assert response.context["faults"]
    assert reverse("wagtailadmin_pages:edit", args=[page.pk]) in response.content.decode()


def test_a_page_without_questions_says_so(admin: Client, services: ServiceIndexPage) -> None:
    page = page_with(services, DepartmentFactory(), *GOOD)
    asks(page)

    response = admin.get(address(page))

    assert (response.context["report"], response.context["faults"]) == (None, [])
    assert response.status_code == 200


def test_a_page_without_department_is_reported_too(admin: Client, services: ServiceIndexPage) -> None:
    page = page_with(services, DepartmentFactory(), *GOOD)
    page.department = None
    page.save_revision(clean=False)

    assert admin.get(address(page)).status_code == 200


@pytest.mark.parametrize(("role", "status"), [("editor", 200), ("clerk", 404), ("auditor", 404)])
def test_only_whoever_may_edit_the_page_reads_the_report(
    client: Client, services: ServiceIndexPage, role: str, status: int
) -> None:
    page = page_with(services, DepartmentFactory(), *GOOD)
    client.force_login(UserFactory(**{role: True}))

    assert client.get(address(page)).status_code == status


def test_a_page_that_is_no_service_has_no_report(admin: Client, services: ServiceIndexPage) -> None:
    assert admin.get(reverse("services_catalog_paths", args=[services.pk])).status_code == 404


def test_a_translation_reports_the_form_of_its_source(admin: Client, services: ServiceIndexPage) -> None:
    page = page_with(services, DepartmentFactory(), *GOOD)
    english = page.copy_for_translation(Locale.objects.get(language_code="en"))

    report = admin.get(address(english)).context["report"]

    assert len(report.routes) == 1


def test_the_editor_of_a_service_links_to_the_report(admin: Client, services: ServiceIndexPage) -> None:
    page = page_with(services, DepartmentFactory(), *GOOD)

    of_service = admin.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    of_index = admin.get(reverse("wagtailadmin_pages:edit", args=[services.pk])).content.decode()

    assert address(page) in of_service
    assert "paths/" not in of_index


def test_the_report_gives_away_no_entry_of_a_registry(admin: Client, services: ServiceIndexPage) -> None:
    """Whoever may edit a page need not be one who may read the register its form looks things up in."""
    department = DepartmentFactory()
    registry = registry_of(department.organisation)
    entry = entry_of(registry)
    page = page_with(services, department, *GOOD)
    words = {"ar": "لا شيء", "en": "Nothing"}
    lookup = {"registry": registry.key, "show": ["name"], "not_found": words, "expired": words}
    asks(
        page,
        step("first", field("lookup", "permit", **lookup)),
        step("second", field("yes_no", "sure"), show_if=condition(("permit", "answered", ""))),
    )

    response = admin.get(address(page))

    routes = response.context["report"].routes
    assert [row.answers for row in routes] == [[("سؤال permit", "قيد من السجل")]] * len(routes)
    text = response.content.decode()
    assert routes
    assert not [value for value in entry.values.values() if value in text]
