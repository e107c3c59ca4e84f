"""What an editor says of objections: for how long, and where they go."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from services_catalog.models import ServiceIndexPage, ServicePage
from tests.factories import DepartmentFactory, UserFactory
from tests.services_catalog.forms import GOOD, page_with
from tests.services_catalog.posting import posted_page

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def page(services: ServiceIndexPage) -> ServicePage:
    return page_with(services, DepartmentFactory(), *GOOD)


def published(client: Client, page: ServicePage, **more: Any) -> Any:
    client.force_login(UserFactory(is_superuser=True))
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    return client.post(address, {**posted_page(page, **more), "action-publish": "1"})


def test_days_to_object_are_refused_where_nobody_stands_above(client: Client, page: ServicePage) -> None:
    reply = published(client, page, objection_days=10)

    assert "لا مستوى أعلى من هذه الإدارة" in reply.content.decode()
    assert ServicePage.objects.get(pk=page.pk).objection_days is None


def test_days_to_object_are_kept_where_somebody_does(client: Client, page: ServicePage) -> None:
    DepartmentFactory(organisation=page.department.organisation, decides_objections=True)

    reply = published(client, page, objection_days=10)

    assert reply.status_code == 302, reply.content.decode()
    assert ServicePage.objects.get(pk=page.pk).objection_days == 10


@pytest.mark.parametrize("days", ["0", "366", "-1", "x"])
def test_other_days_are_refused(days: str, client: Client, page: ServicePage) -> None:
    DepartmentFactory(organisation=page.department.organisation, decides_objections=True)

    assert published(client, page, objection_days=days).status_code == 200
    assert ServicePage.objects.get(pk=page.pk).objection_days is None
