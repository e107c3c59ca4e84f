"""A service with requests is not deleted, and the editor is told why."""

import pytest
from django.test import Client
from django.urls import reverse

from services_catalog.models import ServicePage
from tests.factories import ServicePageFactory, ServiceRequestFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    return client


def test_deleting_a_service_with_requests_is_refused_in_words(admin: Client) -> None:
    page = ServiceRequestFactory().service

    response = admin.post(reverse("wagtailadmin_pages:delete", args=[page.pk]), follow=True)

    assert ServicePage.objects.filter(pk=page.pk).exists()
    assert page.title in " ".join(str(message) for message in response.context["messages"])


def test_bulk_deleting_deletes_the_others(admin: Client) -> None:
    kept, gone = ServiceRequestFactory().service, ServicePageFactory()
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])

    response = admin.post(f"{address}?next=/admin/&id={kept.pk}&id={gone.pk}", follow=True)

    assert response.status_code == 200
    assert ServicePage.objects.filter(pk=kept.pk).exists()
    assert not ServicePage.objects.filter(pk=gone.pk).exists()


def test_deleting_the_catalogue_with_such_a_service_is_refused(admin: Client) -> None:
    page = ServiceRequestFactory().service

    admin.post(reverse("wagtailadmin_pages:delete", args=[page.get_parent().pk]), follow=True)

    assert ServicePage.objects.filter(pk=page.pk).exists()


def test_a_service_without_requests_may_go(admin: Client) -> None:
    page = ServicePageFactory()

    admin.post(reverse("wagtailadmin_pages:delete", args=[page.pk]), follow=True)

    assert not ServicePage.objects.filter(pk=page.pk).exists()
