"""A service page: what it shows, to whom it costs what, and how it speaks two languages."""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from forms_builder.models import Form
from home.accounts.models import User
from services_catalog import editions
from services_catalog.models import ServicePage
from tests.factories import ServicePageFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def page() -> ServicePage:
    return ServicePageFactory(title="خدمة طلب موعد", slug="appointment", no_fees=True, duration=3)


def address(page: ServicePage) -> str:
    return f"/ar/services/{page.slug}/"


def test_the_page_says_what_the_service_is(client: Client, page: ServicePage) -> None:
    text = client.get(address(page)).content.decode()

    for words in ("خدمة طلب موعد", "لا يوجد رسوم", "3 أيام عمل", "ابدأ الخدمة", str(page.department)):
        assert words in text
    assert text.count("/ar/apply/appointment/") == 2


def test_a_page_drawn_before_costs_one_query(
    client: Client, page: ServicePage, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.get(address(page))

    with django_assert_num_queries(1):  # the edition
        response = client.get(address(page))

    assert response.status_code == 200


def test_drawing_it_the_first_time_stays_within_its_budget(
    client: Client, page: ServicePage, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    # Edition, frame, site, the way down the tree, page, source, category, department, form, family, restrictions.
    with django_assert_max_num_queries(45):
        client.get(address(page))


def test_a_reader_without_session_gets_no_cookie_and_no_token(client: Client, page: ServicePage) -> None:
    for _time in range(2):
        response = client.get(address(page))

        assert not response.cookies
        assert b"csrfmiddlewaretoken" not in response.content


def test_the_same_copy_is_not_sent_twice_to_a_browser_that_has_it(client: Client, page: ServicePage) -> None:
    first = client.get(address(page))

    second = client.get(address(page), headers={"If-None-Match": first["ETag"]})

    assert second.status_code == 304


def test_a_change_is_seen_at_once(client: Client, page: ServicePage) -> None:
    client.get(address(page))

    page.summary = "وصف جديد."
    page.save()

    assert "وصف جديد." in client.get(address(page)).content.decode()


def test_a_change_of_the_department_is_seen_at_once(client: Client, page: ServicePage) -> None:
    client.get(address(page))

    page.department.name = {"ar": "إدارة جديدة", "en": "New department"}
    page.department.save()

    assert "إدارة جديدة" in client.get(address(page)).content.decode()


def test_somebody_signed_in_gets_a_page_of_his_own(client: Client, page: ServicePage, citizen: User) -> None:
    client.get(address(page))
    client.force_login(citizen)

    text = client.get(address(page)).content.decode()

    assert citizen.full_name in text


def test_a_copy_of_somebody_signed_in_is_shown_to_nobody_else(client: Client, page: ServicePage, citizen: User) -> None:
    client.force_login(citizen)
    client.get(address(page))

    assert citizen.full_name not in Client().get(address(page)).content.decode()


def test_a_suspended_service_cannot_be_started(client: Client, page: ServicePage) -> None:
    page.is_suspended, page.suspension_reason = True, "صيانة حتى الأحد."
    page.save()

    text = client.get(address(page)).content.decode()

    assert "صيانة حتى الأحد." in text
    assert "/ar/apply/" not in text


def test_a_service_without_form_only_informs(client: Client, page: ServicePage) -> None:
    Form.objects.filter(translation_key=page.translation_key).update(live_version=None)
    editions.begin()

    assert "/ar/apply/" not in client.get(address(page)).content.decode()


def test_each_page_names_its_other_languages(client: Client, page: ServicePage) -> None:
    text = client.get("/ar/services/").content.decode()

    assert 'hreflang="ar" href="http://testserver/ar/services/"' in text
    assert 'hreflang="en" href="http://testserver/en/services/"' in text
    assert 'hreflang="x-default" href="http://testserver/ar/services/"' in text


def test_a_page_without_translation_does_not_pretend_to_have_one(client: Client, page: ServicePage) -> None:
    assert "/en/services/appointment/" not in client.get(address(page)).content.decode()


def test_a_page_that_carries_a_token_is_drawn_for_each_reader(
    page: ServicePage, monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "with_form.html").write_text("<form>{% csrf_token %}</form>")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}]
    monkeypatch.setattr(ServicePage, "template", "with_form.html")

    first, second = (Client().get(address(page)) for _reader in range(2))

    assert b"csrfmiddlewaretoken" in first.content
    assert first.content != second.content
    assert first.cookies["csrftoken"].value != second.cookies["csrftoken"].value
