"""The first page of the admin."""

from django.test import Client
from django.urls import reverse

from home.accounts.models import User
from service_requests.records.models import ServiceRequest


def test_the_desk_searches_requests_and_an_editor_pages(
    client: Client, clerk: User, editor: User, case: ServiceRequest
) -> None:
    client.force_login(clerk)
    page = client.get("/admin/").content.decode()
    assert f'action="{reverse("requests:list")}"' in page
    assert 'action="/admin/pages/' not in page

    client.force_login(editor)
    page = client.get("/admin/").content.decode()
    assert 'action="/admin/pages/' in page
    assert f'action="{reverse("requests:list")}"' not in page
