"""Finding a service by words as people write them."""

import pytest
from django.test import Client

from services_catalog.catalogue import Entry, ranked, stem
from tests.factories import ServicePageFactory


def entry(pk: int, title: str, summary: str = "", others: str = "") -> Entry:
    return Entry(pk=pk, title=title, summary=summary, others=others, category="")


@pytest.mark.parametrize("query", ["موعد", "الموعد", "مَوْعِد", "بالموعد"])
def test_spellings_of_a_word_find_the_same_service(query: str) -> None:
    assert ranked([entry(1, "طلب موعد مع الاماره")], query) == [1]


def test_a_word_in_the_title_comes_first() -> None:
    entries = [entry(1, "تجديد رخصه", summary="بعد حجز موعد"), entry(2, "حجز موعد")]

    assert ranked(entries, "موعد") == [2, 1]


def test_every_word_must_occur() -> None:
    assert ranked([entry(1, "حجز موعد")], "حجز سياره") == []


def test_an_article_is_no_part_of_a_word() -> None:
    assert stem("الخدمات") == stem("خدمه") == "خدم"


@pytest.mark.django_db
def test_the_list_shows_what_was_found(client: Client) -> None:
    ServicePageFactory(title="طلب موعد مع المسؤول", keywords="مقابلة")
    ServicePageFactory(title="تجديد رخصة")

    text = client.get("/ar/services/", {"q": "مقابله"}).content.decode()

    assert "طلب موعد مع المسؤول" in text
    assert "تجديد رخصة" not in text


@pytest.mark.django_db
def test_a_search_that_finds_nothing_offers_a_next_step(client: Client) -> None:
    text = client.get("/ar/services/", {"q": "xyzzy"}).content.decode()

    assert "لم نجد خدمة مطابقة" in text
    assert "عرض كل الخدمات" in text


@pytest.mark.django_db
def test_what_was_searched_for_is_shown_as_text(client: Client) -> None:
    text = client.get("/ar/services/", {"q": "<script>alert(1)</script>"}).content.decode()

    assert "<script>alert" not in text
