"""Following without an account: number, phone and code together, and the same answer for every miss."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from home.accounts.guests import IN_THE_SESSION
from home.accounts.models import CodeBudget, OneTimeCode, User
from service_requests.records.models import ServiceRequest
from service_requests.wizard.models import Stash
from service_requests.workflow.actions import choose, take
from tests.factories import ServiceRequestFactory, UserFactory
from tests.service_requests.citizen.answered import answered, contested_service, three_levels

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

MOBILE = "+966501112233"


def guest_with(mobile: str = MOBILE) -> User:
    person: User = UserFactory(guest=True, mobile=mobile, proved_mobile=mobile)
    return person


@pytest.fixture
def sent(db: None) -> ServiceRequest:
    request: ServiceRequest = ServiceRequestFactory(waiting=True, applicant=guest_with(), applicant_mobile=MOBILE)
    return request


def ask(client: Client, number: str, mobile: str = "0501112233") -> Any:
    return client.post(reverse("my_requests:follow"), {"number": number, "mobile": mobile})


def answer_code(client: Client) -> Any:
    code = OneTimeCode.objects.order_by("pk").last()
    assert code is not None
    return client.post(reverse("my_requests:follow_code"), {"do": "check", "code": code.digits})


def test_with_number_phone_and_code_he_sees_his_request_and_answers(client: Client, sent: ServiceRequest) -> None:
    assert ask(client, sent.number).url == reverse("my_requests:follow_code")
    opened = answer_code(client)
    assert opened.url == reverse("my_requests:detail", args=[sent.public_id])
    assert sent.number in client.get(opened.url).content.decode()

    client.post(reverse("my_requests:reply", args=[sent.public_id]), {"text": "هذا هو"})
    assert sent.messages.get().text == "هذا هو"


@pytest.mark.parametrize("is_demo", [True, False])
def test_the_demonstration_says_where_the_code_is_read(
    client: Client, sent: ServiceRequest, settings: Settings, is_demo: bool
) -> None:
    settings.OUTBOX_FOR_EVERYONE = is_demo
    ask(client, sent.number)
    page = client.get(reverse("my_requests:follow_code")).content.decode()
    assert (reverse("outbox") in page) == is_demo


@pytest.mark.parametrize("name", ["detail", "cancel"])
def test_nothing_above_his_request_leads_to_an_account(client: Client, sent: ServiceRequest, name: str) -> None:
    ask(client, sent.number)
    answer_code(client)

    page = client.get(reverse(f"my_requests:{name}", args=[sent.public_id])).content.decode()

    above = page.partition('class="breadcrumb"')[2].partition("</nav>")[0]
    assert reverse("my_requests:follow") in above
    assert f'"{reverse("my_requests:list")}"' not in above


def test_the_number_may_be_written_in_arabic_digits_and_small_letters(client: Client, sent: ServiceRequest) -> None:
    arabic = sent.number.lower().translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    ask(client, f" {arabic} ", "٠٥٠١١١٢٢٣٣")
    assert OneTimeCode.objects.get().reaches


def test_numbers_of_other_countries_are_found_without_their_prefix(client: Client) -> None:
    sent = ServiceRequestFactory(applicant=guest_with("+962791234567"))
    ask(client, sent.number, "0791234567")
    code = OneTimeCode.objects.get()
    assert code.reaches
    assert code.mobile == "+962791234567"


def test_it_opens_what_this_guest_sent_and_nothing_else(client: Client, sent: ServiceRequest) -> None:
    other = ServiceRequestFactory(applicant=guest_with("+966509998877"))
    same_mobile = ServiceRequestFactory(applicant=guest_with())
    ask(client, sent.number)
    answer_code(client)
    for request in (other, same_mobile, ServiceRequestFactory()):
        assert client.get(reverse("my_requests:detail", args=[request.public_id])).status_code == 404
    assert client.get(reverse("my_requests:list")).status_code == 302


@pytest.mark.parametrize("miss", ["another's phone", "a number of nobody", "of a person with an account"])
def test_every_miss_is_answered_like_a_hit(sent: ServiceRequest, miss: str) -> None:
    wrong = {
        "another's phone": (sent.number, "0509998877"),
        "a number of nobody": ("ZZZ-1448-000001", "0501112233"),
        "of a person with an account": _of_an_account(),
    }[miss]
    pages = []
    for number, mobile in ((sent.number, "0501112233"), wrong):
        # Each asks for the first time.
        CodeBudget.objects.all().delete()
        client = Client()
        asked = ask(client, number, mobile)
        page = client.get(asked.url).content.decode()
        pages.append((asked.status_code, asked.url, re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page)))
    assert pages[0] == pages[1]
    refused = answer_code(client)
    assert refused.status_code == 422
    assert IN_THE_SESSION not in client.session


def _of_an_account() -> tuple[str, str]:
    request = ServiceRequestFactory(applicant__mobile="+966505554433", applicant__proved_mobile="+966505554433")
    return request.number, "0505554433"


def test_a_mobile_that_was_never_proved_opens_nothing(client: Client) -> None:
    sent = ServiceRequestFactory(applicant=UserFactory(guest=True, mobile=MOBILE), applicant_mobile=MOBILE)
    ask(client, sent.number)
    assert not OneTimeCode.objects.get().reaches


def test_no_session_but_the_one_that_asked_is_opened(client: Client, sent: ServiceRequest) -> None:
    ask(client, sent.number)
    thief = Client()
    assert answer_code(thief).url == reverse("my_requests:follow")
    assert IN_THE_SESSION not in thief.session


def test_whose_limit_is_met_does_not_tell_a_hit_from_a_miss(settings: Settings) -> None:
    """What is written without its prefix may be of two countries: a hit is charged like a miss."""
    settings.HOME_COUNTRY = "SA"
    sent = ServiceRequestFactory(applicant=guest_with("+971501112233"))
    told = []
    for first, second in ((sent.number, "ZZZ-1448-000001"), ("ZZZ-1448-000001", sent.number)):
        CodeBudget.objects.all().delete()
        client = Client()
        assert ask(client, first).status_code == 302
        refused = ask(client, second)
        told.append((refused.status_code, "field__error" in refused.content.decode()))
        again = client.post(reverse("my_requests:follow_code"), {"do": "again"}, follow=True)
        told.append((again.status_code, CodeBudget.objects.filter(key__startswith="phone:60:").count()))

    assert told[:2] == told[2:] == [(422, True), (200, 2)]


@pytest.mark.parametrize(("field", "typed"), [("number", ""), ("mobile", ""), ("mobile", "x"), ("number", "9" * 90)])
def test_what_is_wrong_is_said_in_words(client: Client, sent: ServiceRequest, field: str, typed: str) -> None:
    told = {"number": sent.number, "mobile": "0501112233", field: typed}
    answer = client.post(reverse("my_requests:follow"), told)
    assert answer.status_code == 422
    assert f'href="#id_{field}"' in answer.content.decode()


def test_nobody_asks_for_codes_without_end(client: Client, sent: ServiceRequest) -> None:
    answers = [ask(client, sent.number).status_code for _ in range(3)]
    assert answers == [302, 422, 422]


def test_whoever_is_signed_in_is_sent_to_his_own(signed_in: Client, sent: ServiceRequest) -> None:
    assert ask(signed_in, sent.number).url == reverse("my_requests:list")
    assert not OneTimeCode.objects.exists()


def test_an_answer_typed_when_the_visit_had_ended_is_there_again(client: Client, sent: ServiceRequest) -> None:
    ask(client, sent.number)
    answer_code(client)
    page = client.get(reverse("my_requests:detail", args=[sent.public_id])).content.decode()
    ticket = re.search(r'name="ticket" value="([^"]+)"', page)
    assert ticket is not None
    client.cookies.clear()

    typed = {"text": "لا يضيع هذا", "ticket": ticket[1]}
    lost = client.post(reverse("my_requests:reply", args=[sent.public_id]), typed)
    assert lost.url == reverse("my_requests:follow")
    CodeBudget.objects.all().delete()
    ask(client, sent.number)
    assert "لا يضيع هذا" in client.get(answer_code(client).url).content.decode()


def lost(client: Client, request: ServiceRequest, name: str, shown_at: str, typed: dict[str, str]) -> None:
    """Type into a form of the guest's, and send it when his visit has ended."""
    CodeBudget.objects.all().delete()
    ask(client, request.number)
    answer_code(client)
    page = client.get(reverse(f"my_requests:{shown_at}", args=[request.public_id])).content.decode()
    ticket = re.search(r'name="ticket" value="([^"]+)"', page)
    assert ticket is not None
    client.cookies.clear()
    led = client.post(reverse(f"my_requests:{name}", args=[request.public_id]), {**typed, "ticket": ticket[1]})
    assert led.url == reverse("my_requests:follow")
    CodeBudget.objects.all().delete()
    ask(client, request.number)


@pytest.mark.parametrize("name", ["object", "rate", "cancel", "correct"])
def test_so_is_every_other_form_of_his(client: Client, name: str) -> None:
    request, typed = _case_for(name)
    lost(client, request, name, "detail" if name == "rate" else name, typed)

    opened = answer_code(client)

    assert opened.url.startswith(reverse(f"my_requests:{name}", args=[request.public_id]))
    assert "لا يضيع هذا" in client.get(opened.url).content.decode()


@pytest.mark.parametrize(("older", "newer", "page"), [("cancel", "reply", "detail"), ("reply", "cancel", "cancel")])
def test_of_two_forms_the_newest_is_shown(
    client: Client, sent: ServiceRequest, older: str, newer: str, page: str
) -> None:
    for name in (older, newer):
        Stash.objects.create(
            person=sent.applicant,
            service_id=sent.service_id,
            step_key=f"{name}.{sent.public_id}",
            typed={"text": ["x"], "reason": ["x"]},
        )
    ask(client, sent.number)
    assert answer_code(client).url.startswith(reverse(f"my_requests:{page}", args=[sent.public_id]) + "?restore=")


def _case_for(name: str) -> tuple[ServiceRequest, dict[str, str]]:
    """A request whose guest may do this, and what he types."""
    if name in {"object", "rate"}:
        request = answered(guest_with(), contested_service(three_levels()[0]))
        return request, {"reason" if name == "object" else "comment": "لا يضيع هذا"}
    request = ServiceRequestFactory(applicant=guest_with())
    if name == "cancel":
        return request, {"reason": "لا يضيع هذا"}
    clerk = UserFactory(clerk=True, departments=[request.department])
    take(request, by=clerk)
    choose(request, "ask_citizen", by=clerk, note="x", returned=["subject"])
    return request, {"subject": "x", "shown": "subject", "text": "لا يضيع هذا"}
