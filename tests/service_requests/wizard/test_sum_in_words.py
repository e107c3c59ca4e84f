"""The way past the check for browsers without scripts: a sum in words, once, and few of them.

A program could answer every one. What counts is how far it gets with that: asking where a request stands, coming in as
a guest, and passing the check of a step.
"""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from pytest_django import Settings

from forms_builder.fields.sum_in_words import LASTS, new_sum, takes_answer
from home.accounts.models import User
from service_requests.records.models import ServiceRequest
from service_requests.wizard.models import Draft
from services_catalog.models import ServicePage
from tests.factories import ServicePageFactory, ServiceRequestFactory
from tests.service_requests.wizard.samples import VISIT, Browser
from tests.service_requests.wizard.test_captcha import ANSWER, form, solution

pytestmark = [pytest.mark.django_db]

ARABIC = {"ثلاثة": 3, "أربعة": 4, "خمسة": 5, "ستة": 6, "سبعة": 7, "ثمانية": 8, "تسعة": 9}
ENGLISH = {"three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9}
EASTERN = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_QUESTION = re.compile(r'name="(?P<name>[\w.]+)\.mark" value="(?P<mark>[^"]+)">\s*<label[^>]*>(?P<text>[^<]+)</label>')


def answer_to(text: str) -> str:
    """What a person says, and a program just as well."""
    known = [number for word in re.findall(r"\w+", text) for number in (ARABIC | ENGLISH).items() if word == number[0]]
    assert len(known) == 2, text
    return str(sum(number for _word, number in known))


def answered(page: str) -> dict[str, str]:
    """The question of a page, and the answer to it."""
    found = _QUESTION.search(page)
    assert found, "no question in words"
    name = found["name"]
    return {f"{name}.mark": unescape(found["mark"]), f"{name}.answer": answer_to(unescape(found["text"]))}


@pytest.fixture
def case() -> ServiceRequest:
    return ServiceRequestFactory(serial=67, year=1448, applicant_mobile="+966501234567")


def ask(client: Client, number: str, *, place: int = 1, **more: Any) -> Any:
    """One network asks, with the answer to the question of a page that was just shown."""
    shown = client.get("/ar/inquiry/").content.decode()
    sent = {"number": number, "digits": "4567", **answered(shown), **more}
    return client.post("/ar/inquiry/", sent, REMOTE_ADDR=f"192.0.2.{place}")


# -- the question


@pytest.mark.any_database
@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("written", ["{}", " {} ", "\u200f{}", "٠{}"])
def test_the_answer_is_read_in_digits_of_either_set(language: str, written: str) -> None:
    for _time in range(20):
        with override(language):
            asked = new_sum()
        right = answer_to(asked.text)
        if "٠" in written:
            assert takes_answer(asked.mark, right.translate(EASTERN))
        else:
            assert takes_answer(asked.mark, written.format(right))


@pytest.mark.any_database
@pytest.mark.parametrize("typed", ["", "x", "0", "-11", "1e1", "²²", "\x00", "9" * 10_000, "أحد عشر"])
def test_what_is_not_the_answer_is_none(typed: str) -> None:
    assert not takes_answer(new_sum().mark, typed)


@pytest.mark.any_database
def test_less_than_nothing_is_not_the_answer() -> None:
    asked = new_sum()

    assert not takes_answer(asked.mark, f"-{answer_to(asked.text)}")


@pytest.mark.any_database
@pytest.mark.parametrize("mark", ["", "x", "x:y:z", "\x00", "a" * 10_000])
def test_a_question_that_was_not_asked_here_has_no_answer(mark: str) -> None:
    assert not any(takes_answer(mark, str(number)) for number in range(6, 19))


@pytest.mark.any_database
def test_one_answer_is_looked_at_right_or_wrong() -> None:
    asked, other = new_sum(), new_sum()
    right = answer_to(asked.text)

    assert takes_answer(asked.mark, right)
    assert not takes_answer(asked.mark, right)
    assert not takes_answer(other.mark, "1")
    assert not takes_answer(other.mark, answer_to(other.text))


@pytest.mark.any_database
def test_a_question_is_good_for_some_minutes() -> None:
    asked = new_sum()
    with time_machine.travel(timezone.now() + LASTS + timedelta(seconds=2)):
        assert not takes_answer(asked.mark, answer_to(asked.text))


@pytest.mark.any_database
def test_its_mark_does_not_tell_the_numbers() -> None:
    sums = {answer_to(asked.text) for asked in (new_sum() for _time in range(200))}
    assert len(sums) > 8
    assert len({new_sum().mark for _time in range(50)}) == 50


@pytest.mark.postgresql
def test_of_eight_that_bring_one_answer_at_once_one_passes(transactional_db: None) -> None:
    asked = new_sum()
    right = answer_to(asked.text)

    def passes(_number: int) -> bool:
        try:
            return takes_answer(asked.mark, right)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(passes, range(8))) == 1


# -- where a request stands


@pytest.mark.any_database
def test_without_scripts_the_answer_in_words_is_enough(client: Client, case: ServiceRequest) -> None:
    found = ask(client, case.number)

    assert found.status_code == 200
    assert case.number in found.content.decode()


@pytest.mark.any_database
def test_a_wrong_answer_asks_another_question_and_keeps_what_was_typed(client: Client, case: ServiceRequest) -> None:
    reply = ask(client, case.number, **{"check.answer": "1"})

    page = reply.content.decode()
    assert reply.status_code == 422
    assert "أجب عن السؤال الجديد" in page
    assert 'href="#q-check"' in page
    assert f'value="{case.number}"' in page
    assert 'class="inquiry-result"' not in page
    assert "is-chosen" in page, "with scripts, too, the question stays in sight"
    again = client.post("/ar/inquiry/", {"number": case.number, "digits": "4567", **answered(page)})
    assert case.number in again.content.decode()


@pytest.mark.any_database
def test_neither_proof_nor_answer_asks_for_one_of_them(client: Client, case: ServiceRequest) -> None:
    reply = ask(client, case.number, **{"check.answer": "  "})
    assert reply.status_code == 422
    assert "أو أجب عن السؤال المكتوب" in reply.content.decode()


@pytest.mark.any_database
def test_every_miss_is_answered_alike_by_this_way_too(client: Client, case: ServiceRequest) -> None:
    misses = [{"number": "NJR-1448-009999"}, {"number": case.number, "digits": "1111"}, {"number": "ZZ-1448-000067"}]
    replies = [ask(client, place=place, **{"number": case.number, **miss}) for place, miss in enumerate(misses)]
    assert {(reply.status_code, reply.context["is_miss"]) for reply in replies} == {(200, True)}


@pytest.mark.any_database
def test_a_program_that_answers_every_question_makes_five_guesses_an_hour_from_one_network(
    client: Client, case: ServiceRequest
) -> None:
    ends = [ask(client, f"{case.organisation.number_prefix}-1448-{100 + serial}").status_code for serial in range(8)]
    assert ends == [200] * 5 + [429] * 3


@pytest.mark.any_database
def test_a_program_that_answers_every_question_makes_a_hundred_guesses_an_hour_from_all_networks(
    client: Client, case: ServiceRequest, settings: Settings
) -> None:
    """Here 20 in the place of 100; every guess is at another number, and from another network."""
    hourly, daily = settings.ANSWER_BUDGETS["all"]
    assert hourly == (100, 60 * 60)
    assert daily == (600, 24 * 60 * 60)
    settings.ANSWER_BUDGETS = {**settings.ANSWER_BUDGETS, "all": [(20, 60 * 60)]}
    prefix = case.organisation.number_prefix

    ends = [ask(client, f"{prefix}-1448-{100 + place}", place=place).status_code for place in range(25)]

    assert ends == [200] * 20 + [429] * 5
    # The right question of somebody new, too: nothing is looked for, and it says why and what else can be done.
    late = ask(client, case.number, place=99)
    assert late.status_code == 429
    assert case.service.title not in late.content.decode()
    assert "فعّل جافاسكربت" in late.content.decode()
    with_proof = {"number": case.number, "digits": "4567", "check": solution(client)}
    assert case.number in client.post("/ar/inquiry/", with_proof).content.decode(), (
        "the check itself has its own limits"
    )


@pytest.mark.any_database
def test_what_is_answered_in_words_counts_for_every_other_limit_too(
    client: Client, case: ServiceRequest, settings: Settings
) -> None:
    settings.ANSWER_BUDGETS = {"network": [], "all": []}
    ends = [ask(client, case.number, digits="1111", place=place).status_code for place in range(7)]
    assert ends == [200] * 5 + [429] * 2


@pytest.mark.any_database
def test_wrong_answers_and_wrong_numbers_use_nothing_up(client: Client, case: ServiceRequest) -> None:
    """Whoever mistypes his number or the sum five times may still ask."""
    for _time in range(5):
        assert ask(client, "abc").status_code == 422
        assert ask(client, case.number, **{"check.answer": "1"}).status_code == 422
    assert ask(client, case.number).status_code == 200


# -- coming in as a guest


@pytest.fixture
def service() -> ServicePage:
    return ServicePageFactory(value=VISIT, allows_guests=True)


def come_in(service: ServicePage, *, place: int = 1, **more: str) -> Any:
    client = Client()
    page = client.get(reverse("apply:start", args=[service.slug])).content.decode()
    address = reverse("apply:guest", args=[service.slug])
    return client.post(address, {**answered(page), **more}, REMOTE_ADDR=f"192.0.2.{place}")


@pytest.mark.any_database
def test_a_guest_comes_in_by_an_answer_in_words(service: ServicePage) -> None:
    assert come_in(service).status_code == 303
    assert User.objects.filter(is_guest=True).count() == 1


@pytest.mark.any_database
def test_with_a_wrong_answer_nobody_comes_in(service: ServicePage) -> None:
    refused = come_in(service, **{"check.answer": "1"})
    assert refused.status_code == 422
    assert "أجب عن السؤال الجديد" in refused.content.decode()
    assert not User.objects.filter(is_guest=True).exists()


@pytest.mark.any_database
def test_a_program_comes_in_five_times_an_hour_from_one_network(service: ServicePage) -> None:
    ends = [come_in(service) for _time in range(7)]
    assert [end.status_code for end in ends] == [303] * 5 + [429] * 2
    assert User.objects.filter(is_guest=True).count() == 5
    assert "من هذا الاتصال" in ends[-1].content.decode()
    assert come_in(service, place=2).status_code == 303, "the next network has its own"


@pytest.mark.any_database
def test_what_was_used_up_for_one_purpose_is_there_for_the_other(service: ServicePage, client: Client) -> None:
    case = ServiceRequestFactory(serial=67, year=1448, applicant_mobile="+966501234567")
    for _time in range(6):
        come_in(service)
    assert ask(client, case.number).status_code == 200


# -- the check of a step


@pytest.fixture
def browser(client: Client, citizen: User) -> Browser:
    client.force_login(citizen)
    return Browser(client, ServicePageFactory(value=form(always=True)).slug)


@pytest.mark.any_database
def test_a_step_goes_on_with_an_answer_in_words(browser: Browser) -> None:
    page = browser.open("what").content.decode()

    assert browser.send("what", {**ANSWER, **answered(page)}).url.endswith("/review/")
    assert browser.review().status_code == 200


@pytest.mark.any_database
def test_a_step_is_held_by_a_wrong_answer_and_asks_another_question(browser: Browser) -> None:
    page = browser.open("what").content.decode()
    held = browser.send("what", {**ANSWER, **answered(page), "check.answer": "1"}).content.decode()

    assert "أجب عن السؤال الجديد" in held
    assert 'value="x"' in held
    assert answered(held)["check.mark"] != answered(page)["check.mark"]
    assert browser.send("what", {**ANSWER, **answered(held)}).url.endswith("/review/")


@pytest.mark.any_database
def test_a_step_says_when_there_were_too_many(browser: Browser, settings: Settings) -> None:
    settings.ANSWER_BUDGETS = {**settings.ANSWER_BUDGETS, "all": [(1, 60 * 60)]}
    page = browser.send("what", {**ANSWER, **answered(browser.open("what").content.decode()), "check.answer": "1"})

    held = browser.send("what", {**ANSWER, **answered(page.content.decode())}).content.decode()

    assert "فعّل جافاسكربت" in held
    assert "الإجابة غير صحيحة" not in held, "it was not even looked at"
    assert "أجب عن السؤال الجديد" not in held
    assert Draft.objects.get().data["extra_data"]["passed"] == []
    assert browser.review().url == browser.address("what")
