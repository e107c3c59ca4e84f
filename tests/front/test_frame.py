"""The frame of every page: languages, menus, errors."""

from typing import Any

import pytest
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.views.defaults import server_error

from home.front.models import PortalLink, PortalSettings

pytestmark = pytest.mark.django_db


@pytest.fixture
def portal() -> PortalSettings:
    row = PortalSettings.load()
    row.name = {"ar": "جهة", "en": "Office"}
    row.links = [PortalLink(place="menu", words={"ar": "طلباتي", "en": "My requests"}, address="/{language}/requests/")]
    row.save()
    return row


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("en", "ltr")])
def test_a_page_says_its_language_and_direction(client: Client, language: str, direction: str) -> None:
    text = client.get(f"/{language}/").content.decode()

    assert f'<html lang="{language}" dir="{direction}">' in text


def test_the_language_link_stays_on_a_page_that_is_no_wagtail_page(client: Client) -> None:
    assert 'href="/en/account/login/"' in client.get("/ar/account/login/").content.decode()


def test_a_menu_leads_to_the_readers_language(client: Client, portal: PortalSettings) -> None:
    assert 'href="/en/requests/"' in client.get("/en/").content.decode()


def test_a_change_of_the_menu_is_seen_at_once(client: Client, portal: PortalSettings) -> None:
    client.get("/ar/")

    portal.name = {"ar": "اسم آخر", "en": "Another"}
    portal.save()

    assert "اسم آخر" in client.get("/ar/").content.decode()


@pytest.mark.parametrize(("language", "words"), [("ar", "هذه الصفحة غير موجودة"), ("en", "This page does not exist")])
def test_a_missing_page_is_said_in_the_readers_language(client: Client, language: str, words: str) -> None:
    response = client.get(f"/{language}/services/nothing/")

    assert response.status_code == 404
    assert words in response.content.decode()


def test_the_error_page_needs_no_database_and_speaks_both_languages(
    django_assert_num_queries: Any, rf: RequestFactory
) -> None:
    with django_assert_num_queries(0):
        response = server_error(rf.get("/ar/"))

    text = response.content.decode()
    assert response.status_code == 500
    assert "حدث خطأ" in text
    assert "Something went wrong" in text


def test_no_page_carries_an_inline_style_or_script() -> None:
    for path in ("/ar/", "/ar/services/", "/ar/nothing/", "/ar/account/login/"):
        text = Client().get(path).content.decode()

        assert " style=" not in text
        assert "<style" not in text
        assert "<script>" not in text


def test_numbers_are_kept_left_to_right() -> None:
    text = Template("{% load diwan %}{% ltr number %}").render(Context({"number": "+966 50 & 1"}))

    assert text == '<bdi dir="ltr">+966 50 &amp; 1</bdi>'


def test_what_is_too_much_to_read_is_told_in_both_languages(client: Client, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 3

    response = client.post("/ar/account/login/", {f"field-{number}": "" for number in range(5)})

    page = response.content.decode()
    assert response.status_code == 400
    assert "تعذرت قراءة ما أرسلته" in page
    assert "We could not read what you sent" in page
