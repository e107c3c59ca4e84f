"""The pages of the admin that belong to the catalogue open, and nobody sees another body's people there."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import nested_form_data, streamfield

from services_catalog.models import ServiceIndexPage, ServicePage
from services_catalog.organisations.models import Department, Membership, Organisation
from tests.factories import DepartmentFactory, MembershipFactory, UserFactory
from tests.services_catalog.forms import DOUBLE, GOOD, page_with

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    return client


@pytest.mark.parametrize("model", [Organisation, Department, Membership])
def test_each_list_and_form_opens(admin: Client, model: Any) -> None:
    membership = MembershipFactory()
    row = {
        Organisation: membership.department.organisation,
        Department: membership.department,
        Membership: membership,
    }[model]
    viewset = model.snippet_viewset

    for name, args in (("list", []), ("add", []), ("edit", [row.pk]), ("history", [row.pk])):
        assert admin.get(reverse(viewset.get_url_name(name), args=args)).status_code == 200


def test_the_editor_of_a_service_opens(admin: Client, services: ServiceIndexPage) -> None:
    page = page_with(services, DepartmentFactory(), *GOOD)

    assert admin.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200


def test_a_supervisor_sees_departments_of_his_own_body_only(client: Client, supervisor: Any) -> None:
    own, foreign = DepartmentFactory(), DepartmentFactory()
    MembershipFactory(user=supervisor, department=own)
    client.force_login(supervisor)

    listed = client.get(reverse(Department.snippet_viewset.get_url_name("list"))).content.decode()
    opened = client.get(reverse(Department.snippet_viewset.get_url_name("edit"), args=[foreign.pk]))

    assert str(own) in listed
    assert opened.status_code == 404


def test_citizens_are_not_offered_as_staff(client: Client, supervisor: Any, citizen: Any) -> None:
    MembershipFactory(user=supervisor, department=DepartmentFactory())
    client.force_login(supervisor)

    text = client.get(reverse(Membership.snippet_viewset.get_url_name("add"))).content.decode()

    assert citizen.username not in text


def posted(page: ServicePage, **more: Any) -> dict[str, Any]:
    """What the editor's browser sends for a page without form."""
    lists = {field.name: streamfield([]) for field in page._meta.get_fields() if hasattr(field, "stream_block")}
    words = {
        "title": page.title,
        "slug": page.slug,
        "summary": page.summary,
        "description": '{"blocks":[],"entityMap":{}}',
        "duration_unit": "working_days",
        "who_applies": page.who_applies,
        "department": page.department_id,
        "comments": {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 1000},
    }
    return nested_form_data({**lists, **words, **more})


def test_the_publish_button_publishes(admin: Client, services: ServiceIndexPage) -> None:
    page = page_with(services, DepartmentFactory())

    response = admin.post(
        reverse("wagtailadmin_pages:edit", args=[page.pk]), {**posted(page), "action-publish": "1"}, follow=True
    )

    assert response.status_code == 200
    assert ServicePage.objects.get(pk=page.pk).live


def asked(*keys: str) -> Any:
    """One step with short texts of these keys, as the browser sends it."""
    never = {"match": "all", "rules": streamfield([])}
    nothing = {"ar": "", "en": ""}
    fields = [
        (
            "short_text",
            {
                "label": {"ar": "سؤال", "en": "Question"},
                "key": key,
                "required": "on",
                "hint": nothing,
                "max_length": "250",
                "show_if": never,
                "require_if": never,
            },
        )
        for key in keys
    ]
    step = {
        "title": {"ar": "الأولى", "en": "First"},
        "key": "first",
        "fields": streamfield(fields),
        "intro": nothing,
        "show_if": never,
    }
    return streamfield([("step", step)])


@pytest.mark.parametrize(("keys", "goes_live"), [(GOOD, True), (DOUBLE, False)])
def test_the_publish_button_checks_the_form(
    admin: Client, services: ServiceIndexPage, keys: tuple[str, ...], goes_live: bool
) -> None:
    page = page_with(services, DepartmentFactory())
    data = {**posted(page, form_steps=asked(*keys)), "action-publish": "1"}

    response = admin.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data, follow=True)

    assert response.status_code == 200
    assert ServicePage.objects.get(pk=page.pk).live is goes_live
    refused = "form" in response.context and "form_steps" in response.context["form"].errors
    assert refused is not goes_live


def test_a_missing_text_hides_no_other_fault(admin: Client, services: ServiceIndexPage) -> None:
    page = page_with(services, DepartmentFactory())
    data = {**posted(page, form_steps=asked(*DOUBLE)), "action-publish": "1", "form_steps-0-value-title-en": ""}
    data |= {f"form_steps-0-value-fields-{place}-id": f"field-{place}" for place in range(len(DOUBLE))}

    response = admin.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data, follow=True)

    (step,) = response.context["form"].errors.as_data()["form_steps"][0].block_errors.values()
    assert "en" in step.block_errors["title"].block_errors
    assert len(step.block_errors["fields"].block_errors) == len(DOUBLE)


@pytest.mark.parametrize("operator", ["!!", "if", ""])
@pytest.mark.parametrize("action", ["action-publish", "action-save"])
def test_a_comparison_that_nobody_knows_is_told_in_the_editor(
    admin: Client, services: ServiceIndexPage, operator: str, action: str
) -> None:
    page = page_with(services, DepartmentFactory())
    data = {**posted(page, form_steps=asked(*GOOD)), action: "1"}
    rule = {"field": GOOD[0], "operator": operator, "value": "x"}
    rules = nested_form_data({"form_steps-0-value-fields-1-value-show_if-rules": streamfield([("rule", rule)])})

    response = admin.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), {**data, **rules}, follow=True)

    assert response.status_code == 200
    if action == "action-publish":
        assert "form_steps" in response.context["form"].errors
    assert not ServicePage.objects.get(pk=page.pk).live


def test_saving_a_draft_takes_what_publishing_refuses(admin: Client, services: ServiceIndexPage) -> None:
    page = page_with(services, DepartmentFactory())
    data = posted(page, form_steps=asked(*DOUBLE))

    admin.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data, follow=True)

    latest = ServicePage.objects.get(pk=page.pk).get_latest_revision_as_object()
    assert [field.value["key"] for field in latest.form_steps[0].value["fields"]] == list(DOUBLE)
    assert not latest.live
