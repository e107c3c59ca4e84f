"""Public inquiry: where a request stands, and the same nothing for everything that does not fit."""

from typing import Any

import pytest
import time_machine
from allauth.core import ratelimit
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from service_requests.citizen.inquiring import LIMIT, InquiryForm, look_for
from service_requests.records.models import ServiceRequest
from services_catalog.organisations.models import InquiryFactor, Organisation
from services_catalog.organisations.numbers import Written, read_number
from tests.factories import OrganisationFactory, ServicePageFactory, ServiceRequestFactory, UserFactory
from tests.service_requests.wizard.test_captcha import solution

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

DIGITS = "4567"
MOBILE = f"+96650123{DIGITS}"


@pytest.fixture
def case() -> ServiceRequest:
    return ServiceRequestFactory(
        serial=67, year=1448, applicant_mobile=MOBILE, applicant_name="نورة كناري", answers={"subject": "canary-9"}
    )


@pytest.fixture
def body(case: ServiceRequest) -> Organisation:
    return case.organisation


@pytest.fixture
def known(client: Client) -> Client:
    """Somebody who signed in, and is not asked for the check: every request here is another person's."""
    client.force_login(UserFactory(citizen=True))
    return client


def ask(client: Client, number: str, *, language: str = "ar", **more: Any) -> Any:
    return client.post(f"/{language}/inquiry/", {"number": number, "digits": DIGITS, **more})


def test_the_whole_number_and_the_digits_tell_the_state_and_no_more(known: Client, case: ServiceRequest) -> None:
    reply = ask(known, case.number)

    shown = reply.content.decode()
    assert case.number in shown
    assert "تم الاستلام" in shown
    assert case.service.title in shown
    assert "تنظر فيها الجهة" in shown
    for secret in ("كناري", "canary-9", case.applicant_identity, MOBILE, str(case.public_id)):
        assert secret not in shown
    assert "no-cache" in reply["Cache-Control"]


@pytest.mark.parametrize("number", ["67", "٦٧", "000067", " ۶۷ "])
@pytest.mark.parametrize("year", ["1448", "١٤٤٨"])
def test_a_bare_number_with_its_year_and_body_is_enough_in_any_digits(
    number: str, year: str, known: Client, case: ServiceRequest
) -> None:
    digits = "٤٥٦٧"

    shown = ask(known, number, year=year, digits=digits, body=case.organisation_id).content.decode()

    assert case.number in shown


@pytest.mark.parametrize("written", ["{0}-1448-000067", "{0}1448000067", "{0}–1448–٠٠٠٠٦٧", "{1}-1448-67"])
def test_the_whole_number_is_read_however_it_is_written(written: str, known: Client, case: ServiceRequest) -> None:
    prefix = case.organisation.number_prefix

    assert case.number in ask(known, written.format(prefix, prefix.lower())).content.decode()


@pytest.mark.parametrize(("number", "year"), [("4812/1448", ""), ("٤٨١٢", "١٤٤٨"), ("4812-1448", ""), ("4812", "1448")])
@pytest.mark.parametrize("filed", ["4812/1448", "1448-4812", "4812"])
def test_the_number_that_the_office_files_it_under_is_enough_too(
    filed: str, number: str, year: str, known: Client, case: ServiceRequest
) -> None:
    ServiceRequest.objects.filter(pk=case.pk).update(transaction_number=filed)

    told = ask(known, number, year=year, body=case.organisation_id).content.decode()
    missed = ask(known, number, year=year, body=case.organisation_id, digits="1111").content.decode()

    assert case.number in told
    assert case.number not in missed


def test_the_number_of_a_request_comes_before_what_another_is_filed_under(known: Client, case: ServiceRequest) -> None:
    Organisation.objects.filter(pk=case.organisation_id).update(inquiry_factor=InquiryFactor.NOTHING)
    ServiceRequestFactory(service=case.service, serial=5, year=1448, transaction_number="67/1448")

    assert case.number in ask(known, "67/1448", body=case.organisation_id, digits="").content.decode()


def test_its_own_number_is_found_however_many_are_filed_under_the_same(known: Client, case: ServiceRequest) -> None:
    earlier = [ServiceRequestFactory(service=case.service, year=1447, serial=serial) for serial in range(12)]
    ServiceRequest.objects.filter(pk__in=[one.pk for one in earlier]).update(transaction_number="67/1448")
    last = ServiceRequestFactory(service=case.service, year=1448, serial=5, applicant_mobile=case.applicant_mobile)
    ServiceRequest.objects.filter(pk=case.pk).update(serial=4, transaction_number="67/1448")
    ServiceRequest.objects.filter(pk=last.pk).update(serial=67)
    case = last

    assert case.number in ask(known, "67/1448", body=case.organisation_id).content.decode()


def test_a_number_of_the_office_without_its_year_is_of_the_year_after_too(known: Client, case: ServiceRequest) -> None:
    ServiceRequest.objects.filter(pk=case.pk).update(transaction_number="4812", year=1447)

    assert "4812" in ask(known, "4812", year="1448", body=case.organisation_id).content.decode()


@pytest.mark.parametrize(("number", "year"), [("67", "2026"), ("٦٧", "٢٠٢٦"), ("67/2026", ""), ("67", "")])
def test_a_body_that_counts_gregorian_years_is_asked_in_them(
    number: str, year: str, known: Client, case: ServiceRequest
) -> None:
    Organisation.objects.filter(pk=case.organisation_id).update(year_kind="gregorian")
    whole = f"{case.organisation.number_prefix}-2026-000067"
    ServiceRequest.objects.filter(pk=case.pk).update(year=2026, number=whole)

    with time_machine.travel("2026-11-20T09:00:00Z"):
        assert whole in ask(known, number, year=year, body=case.organisation_id).content.decode()
        missed = ask(known, "67", year="1448", body=case.organisation_id)
        assert missed.context["is_miss"]


def test_of_two_bodies_with_this_number_the_chosen_one_answers(known: Client, case: ServiceRequest) -> None:
    other = ServiceRequestFactory(serial=67, year=1448, applicant_mobile=MOBILE)

    asked = ask(known, "67", year="1448")
    told = ask(known, "67", year="1448", body=other.organisation_id).content.decode()

    assert asked.status_code == 422
    assert 'href="#inquiry-body"' in asked.content.decode()
    assert other.number in told
    assert case.number not in told


def test_an_empty_year_is_this_year_as_the_body_counts(known: Client) -> None:
    service = ServicePageFactory(department__organisation__year_kind="gregorian")

    this_year = timezone.now().astimezone(service.organisation.zone).year
    case = ServiceRequestFactory(service=service, year=this_year, serial=5, applicant_mobile=MOBILE)

    assert case.number in ask(known, "5", body=service.organisation.pk).content.decode()


MISSES = {
    "wrong digits": {"digits": "1111"},
    "wrong number": {"number": "68"},
    "wrong year": {"year": "1447"},
    "another body's": {"body": "other"},
    "a body that is not here": {"number": "ZZ-1448-000067"},
    "without a mobile": {"number": "69"},
}


@pytest.fixture
def misses(case: ServiceRequest) -> dict[str, dict[str, Any]]:
    other = OrganisationFactory()
    ServiceRequestFactory(service=case.service, serial=69, year=1448, applicant_mobile="")
    right = {"number": "67", "year": "1448", "body": case.organisation_id, "digits": DIGITS}
    return {
        name: {**right, **wrong, **({"body": other.pk} if wrong.get("body") == "other" else {})}
        for name, wrong in MISSES.items()
    }


def test_every_miss_gets_one_answer(known: Client, misses: dict[str, dict[str, Any]], settings: Settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {}
    answers = set()
    for data in misses.values():
        reply = known.post("/ar/inquiry/", data)
        answers.add((reply.status_code, reply.context["is_miss"], reply.context["found"]))
        assert "لم نجد معاملة بهذه البيانات" in reply.content.decode()

    assert answers == {(200, True, None)}


def test_every_miss_is_the_same_work(misses: dict[str, dict[str, Any]], case: ServiceRequest) -> None:
    """As many looks into the database, at the same columns: time has nothing to tell apart."""
    works = set()
    for data in misses.values():
        form = InquiryForm(data, is_known=True)
        assert form.is_valid(), form.errors
        asked = form.cleaned_data
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert look_for(asked["body"], asked["year"], asked["number"].serial, asked["digits"]) is None
        works.add(tuple(query["sql"].split("WHERE")[0] for query in queries))

    assert len(works) == 1
    assert len(works.pop()) == 1


def test_a_body_that_asks_for_nothing_more_tells_the_state_alone(known: Client, case: ServiceRequest) -> None:
    Organisation.objects.filter(pk=case.organisation_id).update(inquiry_factor=InquiryFactor.NOTHING)

    shown = ask(known, case.number, digits="").content.decode()

    assert case.number in shown
    assert "تم الاستلام" in shown
    assert f"<dd>{case.service.title}" not in shown


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"number": ""}, "number"),
        ({"number": "abc"}, "number"),
        ({"number": "67'--"}, "number"),
        ({"number": "9" * 40}, "number"),
        ({"number": "67", "year": "48"}, "year"),
        ({"number": "67", "year": "²²²²"}, "year"),
        ({"number": "67", "year": "1448", "body": "x"}, "body"),
        ({"number": "NJR-1448-000067", "digits": ""}, "digits"),
        ({"number": "NJR-1448-000067", "digits": "12345"}, "digits"),
        ({"number": "NJR-1448-000067", "digits": "12a4"}, "digits"),
    ],
)
def test_what_is_written_wrong_is_named_and_stays(
    data: dict[str, str], field: str, known: Client, case: ServiceRequest
) -> None:
    reply = known.post("/ar/inquiry/", {"digits": DIGITS, **data})

    assert reply.status_code == 422
    assert f'href="#inquiry-{field}"' in reply.content.decode()
    if data["number"].isalnum():
        assert f'value="{data["number"]}"' in reply.content.decode()


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("67", Written(67)),
        ("٦٧ / ١٤٤٨", Written(67, year=1448)),
        ("67-1448", Written(67, year=1448)),
        ("NJR-1448-000067", Written(67, "NJR", 1448)),
        ("njr 1448 67", Written(67, "NJR", 1448)),
        ("", None),
        ("NJR", None),
        ("1448-000067-9-9-9", None),
        ("X-1448-1", None),
    ],
)
def test_numbers_as_people_write_them(typed: str, written: Written | None) -> None:
    assert read_number(typed) == written


def test_whoever_did_not_sign_in_is_checked_once_per_question(client: Client, case: ServiceRequest) -> None:
    assert ask(client, case.number).status_code == 422
    solved = solution(client)

    assert case.number in ask(client, case.number, check=solved).content.decode()
    again = ask(client, case.number, check=solved)
    assert again.status_code == 422
    assert 'class="inquiry-result"' not in again.content.decode()


def test_after_five_questions_about_one_number_everybody_waits_whether_it_exists_or_not(
    known: Client, case: ServiceRequest
) -> None:
    for number in (case.number, "ZZ-1448-000067"):
        ends = [
            known.post("/ar/inquiry/", {"number": number, "digits": "1111"}, REMOTE_ADDR=f"192.0.2.{place}").status_code
            for place in range(7)
        ]
        assert ends == [200] * 5 + [429] * 2
    # Also with the right digits, and however it is written.
    late = ask(known, "67", year="1448", body=case.organisation_id)
    assert late.status_code == 429
    assert case.service.title not in late.content.decode()


def test_one_network_waits_after_ten_questions(known: Client, case: ServiceRequest) -> None:
    ends = [ask(known, f"{serial}", year="1448", body=case.organisation_id).status_code for serial in range(100, 112)]

    assert ends == [200] * 10 + [429] * 2


def test_after_so_many_misses_of_all_together_nothing_is_looked_for(
    known: Client, case: ServiceRequest, settings: Settings
) -> None:
    """From a hundred networks, each at another number: no other limit is met, and the misses are counted."""
    settings.INQUIRY_MISSES_PER_HOUR = 20

    def asked(place: int, serial: int) -> int:
        data = {"number": f"{serial}", "year": "1448", "body": case.organisation_id, "digits": DIGITS}
        answer = known.post("/ar/inquiry/", data, REMOTE_ADDR=f"192.0.2.{place}")
        return int(answer.status_code)

    hits = [asked(place, case.serial) for place in range(4)]
    misses = [asked(place, 1_000 + place) for place in range(10, 40)]

    assert hits == [200] * 4
    assert misses == [200] * 20 + [429] * 10
    assert asked(50, case.serial) == 429


def guessed(case: ServiceRequest, guesses: Any, rf: RequestFactory) -> tuple[int, int]:
    """How many of these guesses (network, serial, digits) were looked at, and how many hit."""

    looked = hits = 0
    for network, serial, digits in guesses:
        http = rf.post("/ar/inquiry/", REMOTE_ADDR=f"10.{network // 250 // 250}.{network // 250 % 250}.{network % 250}")
        if ratelimit.consume(http, action=LIMIT, key=f"{case.organisation_id}|1448|{serial}"):
            looked += 1
            if serial == case.serial:
                hits += look_for(case.organisation, 1448, serial, digits) is not None
    return looked, hits


@pytest.fixture
def fast_counters(settings: Settings, request: pytest.FixtureRequest) -> None:
    """The same counters in memory: what is counted is the budget."""
    settings.CACHES = {
        **settings.CACHES,
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": request.node.name,
            "OPTIONS": {"MAX_ENTRIES": 100_000},
        },
    }


@pytest.mark.usefixtures("fast_counters")
def test_twenty_thousand_guesses_from_many_networks_at_one_number_find_nothing(
    case: ServiceRequest, rf: RequestFactory
) -> None:
    guesses = ((place % 5_000, case.serial, f"{place % 10_000:04d}") for place in range(20_000))

    looked, hits = guessed(case, guesses, rf)

    assert (looked, hits) == (5, 0)


@pytest.mark.usefixtures("fast_counters")
def test_twenty_thousand_guesses_from_one_network_at_many_numbers_find_nothing(
    case: ServiceRequest, rf: RequestFactory
) -> None:
    guesses = ((1, 1 + place % 4_000, f"{place % 10_000:04d}") for place in range(20_000))

    looked, hits = guessed(case, guesses, rf)

    assert (looked, hits) == (10, 0)


@pytest.mark.usefixtures("fast_counters")
def test_without_the_limits_the_same_guesses_hit(case: ServiceRequest, rf: RequestFactory, settings: Settings) -> None:
    """The control."""
    settings.ACCOUNT_RATE_LIMITS = {}
    guesses = ((place, case.serial, f"{place:04d}") for place in range(4_000, 5_000))

    assert guessed(case, guesses, rf) == (1_000, 1)


def test_the_page_and_that_of_documents_lead_to_each_other(client: Client) -> None:
    assert "/ar/verify/" in client.get("/ar/inquiry/").content.decode()
    assert "/ar/inquiry/" in client.get("/ar/verify/").content.decode()
