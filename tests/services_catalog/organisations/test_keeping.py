"""What an office stands on is not deleted under it, and keeps the key that workflows know it by."""

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db.models import Model
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from services_catalog.organisations.models import Department, Membership, Organisation, Role
from services_catalog.processes.models import Workflow
from tests.factories import (
    DepartmentFactory,
    DocumentTemplateFactory,
    MembershipFactory,
    OrganisationFactory,
    ServicePageFactory,
    ServiceRequestFactory,
)
from tests.services_catalog.processes.building import outcome, rewritten, stage, three_stages, workflow_with

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def told(response: HttpResponse) -> str:
    return " ".join(str(message) for message in get_messages(response.wsgi_request))  # type: ignore[attr-defined]


def role(key: str = "registrar") -> Role:
    found, _made = Role.objects.get_or_create(key=key, defaults={"name": {"ar": "المسجل", "en": "Registrar"}})
    return found


def address(row: Model, view: str) -> str:
    return reverse(type(row).snippet_viewset.get_url_name(view), args=[row.pk])  # type: ignore[attr-defined]


def many(row: Model) -> str:
    kind = row._meta
    return reverse("wagtail_bulk_action", args=[kind.app_label, kind.model_name, "delete"]) + f"?id={row.pk}"


def body_with_a_department() -> Organisation:
    found: Organisation = DepartmentFactory().organisation
    return found


def department_of_a_service() -> Department:
    page = ServicePageFactory()
    assert page.department is not None
    return page.department


def department_with_a_post() -> Department:
    found: Department = MembershipFactory().department
    return found


def department_named_by_a_workflow() -> Department:
    unit: Department = DepartmentFactory(key="roads")
    written = three_stages()
    written[1]["value"] |= {"place": "named", "department": "roads"}
    workflow_with(written, organisation=unit.organisation)
    return unit


def role_of_a_post() -> Role:
    found = role()
    MembershipFactory(role=found)
    return found


def role_that_signs() -> Role:
    found = role()
    DocumentTemplateFactory(signer=found)
    return found


def role_named_by_a_workflow() -> Role:
    written = three_stages()
    written[1]["value"]["outcomes"] = [outcome("finish", "done", "approve", roles=["registrar"])]
    workflow_with(written)
    return role()


def role_named_where_requests_still_run() -> Role:
    found = role_named_by_a_workflow()
    workflow = Workflow.objects.get(key="own")
    ServiceRequestFactory(service=ServicePageFactory(workflow=workflow))
    rewritten(
        workflow, [stage("received", "submitted", outcome("finish", "done", "approve")), stage("done", "completed")]
    )
    return found


@pytest.mark.parametrize(
    "make",
    [
        body_with_a_department,
        department_of_a_service,
        department_with_a_post,
        department_named_by_a_workflow,
        role_of_a_post,
        role_that_signs,
        role_named_by_a_workflow,
        role_named_where_requests_still_run,
    ],
)
def test_what_is_in_use_is_not_deleted_and_says_why(admin_client: Client, make: Any) -> None:
    row = make()

    for page in (address(row, "delete"), many(row)):
        asked, sent = admin_client.get(page), admin_client.post(page)

        assert (asked.status_code, sent.status_code) == (302, 302)
        assert str(row) in told(sent)
        assert type(row).objects.filter(pk=row.pk).exists()


def test_a_department_goes_with_no_post_in_it(admin_client: Client) -> None:
    unit = department_with_a_post()

    admin_client.post(address(unit, "delete"))

    assert Membership.objects.filter(department=unit).exists()


def test_what_nothing_stands_on_is_deleted(admin_client: Client) -> None:
    for row in (OrganisationFactory(), DepartmentFactory(), role()):
        assert admin_client.post(address(row, "delete")).status_code == 302
        assert not type(row).objects.filter(pk=row.pk).exists()


def test_a_role_and_a_department_keep_the_key_that_workflows_know(admin_client: Client) -> None:
    registrar, unit = role(), DepartmentFactory(key="roads")
    other = OrganisationFactory()

    admin_client.post(address(registrar, "edit"), {"name_ar": "أمين", "name_en": "Keeper", "key": "keeper"})
    admin_client.post(
        address(unit, "edit"), {"name_ar": "طرق", "name_en": "Ways", "key": "ways", "organisation": other.pk}
    )

    registrar.refresh_from_db()
    before = unit.organisation_id
    unit.refresh_from_db()
    assert (registrar.key, registrar.name["en"]) == ("registrar", "Keeper")
    assert (unit.key, unit.name["en"], unit.organisation_id) == ("roads", "Ways", before)
