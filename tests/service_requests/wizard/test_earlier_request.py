"""An inquiry or a complaint about an earlier request: picked from one's own, or named by its number; nobody else's."""

from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from forms_builder.spec import FieldSpec, FormSpec, StepSpec
from home.accounts.models import User
from service_requests.records.earlier import MOST, OwnRequests, mark_of
from service_requests.records.models import ServiceRequest
from service_requests.wizard.models import Draft
from service_requests.wizard.visiting import context_for
from services_catalog.models import ServicePage
from tests.factories import DelegationFactory, DraftFactory, ServicePageFactory, ServiceRequestFactory, UserFactory
from tests.service_requests.wizard.samples import Browser, both

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

FORM = FormSpec(
    steps=(
        StepSpec(
            key="about",
            title=both("About"),
            fields=(
                FieldSpec(key="earlier", type="earlier_request", label=both("Earlier request")),
                FieldSpec(key="note", type="short_text", label=both("Note")),
            ),
        ),
    )
)
EASTERN = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
NOT_HIS = "None of your requests has the number"


@pytest.fixture
def page() -> ServicePage:
    service: ServicePage = ServicePageFactory(value=FORM)
    return service


@pytest.fixture
def browser(signed_in: Client, page: ServicePage) -> Browser:
    return Browser(signed_in, page.slug, "en")


@pytest.fixture
def mine(citizen: User) -> ServiceRequest:
    request: ServiceRequest = ServiceRequestFactory(applicant=citizen, transaction_number="1448/77")
    return request


def sent(browser: Browser, picked: str = "", typed: str = "") -> str:
    """What the page says to it; empty where it was taken."""
    inputs = {"earlier.own": picked, "earlier": typed, "note": "Where is it?", "shown": "earlier note"}
    response = browser.send("about", inputs)
    return "" if response.status_code == 303 else response.content.decode()


def stored() -> Any:
    return Draft.objects.get().data["extra_data"]["answers"].get("earlier")


def test_his_own_are_offered_with_their_service_and_day(browser: Browser, mine: ServiceRequest) -> None:
    others = ServiceRequestFactory()

    shown = browser.open("about").content.decode()

    assert f'value="{mine.number}"' in shown
    assert mine.service.title in shown.partition(f'value="{mine.number}"')[2][:300]
    assert others.number not in shown
    assert 'name="earlier"' in shown


def test_who_sent_nothing_before_is_asked_for_the_number_alone(browser: Browser) -> None:
    shown = browser.open("about").content.decode()

    assert 'name="earlier"' in shown
    assert "earlier.own" not in shown


def test_the_one_he_picks_is_kept_and_stays_picked(browser: Browser, mine: ServiceRequest) -> None:
    assert sent(browser, picked=mine.number) == ""

    assert stored() == mine.number
    assert f'<option value="{mine.number}" selected>' in browser.open("about").content.decode()


@pytest.mark.parametrize("written", ["{number}", " {lower} ", "{eastern}", "{transaction}", "{serial}"])
def test_a_number_is_taken_as_people_write_it(browser: Browser, mine: ServiceRequest, written: str) -> None:
    number = mine.number
    text = written.format(
        number=number,
        lower=number.lower(),
        eastern=number.translate(EASTERN),
        transaction="١٤٤٨/٧٧",
        serial=mine.serial,
    )

    assert sent(browser, typed=text) == ""
    assert stored() == number


@pytest.mark.parametrize("way", ["picked", "typed"])
def test_another_persons_number_is_refused_like_one_that_does_not_exist(
    browser: Browser, mine: ServiceRequest, way: str
) -> None:
    others: ServiceRequest = ServiceRequestFactory()

    refusals = [sent(browser, **{way: number}) for number in (others.number, "ABC-1448-999999")]

    for refusal, number in zip(refusals, (others.number, "ABC-1448-999999"), strict=True):
        summary = refusal.partition('class="error-summary"')[2].partition("</ul>")[0]
        assert NOT_HIS in summary
        assert number in summary
        assert 'value="Where is it?"' in refusal
    assert stored() is None


def test_two_numbers_at_once_are_asked_about(browser: Browser, citizen: User, mine: ServiceRequest) -> None:
    other: ServiceRequest = ServiceRequestFactory(applicant=citizen)

    assert "Keep one of the two" in sent(browser, picked=mine.number, typed=other.number)
    assert sent(browser, picked=mine.number, typed=mine.number) == ""


@pytest.mark.parametrize("text", ["I do not know", "9" * 20_000, "\x00", "ا" * 50])
def test_what_is_no_number_is_told_and_nothing_breaks(browser: Browser, mine: ServiceRequest, text: str) -> None:
    assert 'class="error-summary"' in sent(browser, typed=text)


def test_one_that_was_forged_into_the_draft_is_not_sent(browser: Browser, mine: ServiceRequest) -> None:
    others: ServiceRequest = ServiceRequestFactory()
    sent(browser, picked=mine.number)
    browser.review()
    draft = Draft.objects.get()
    draft.data["extra_data"]["answers"]["earlier"] = others.number
    draft.save()

    refused = browser.submit().content.decode()

    assert NOT_HIS in refused
    assert ServiceRequest.objects.count() == 2
    draft.data["extra_data"]["answers"]["earlier"] = mine.number
    draft.save()
    browser.submit()
    assert ServiceRequest.objects.count() == 3, "the control"


def test_it_leads_to_the_earlier_one_for_him_and_for_staff_who_may_see_it(
    client: Client, browser: Browser, page: ServicePage, mine: ServiceRequest
) -> None:
    sent(browser, picked=mine.number)
    browser.review()
    browser.submit()
    asked = ServiceRequest.objects.exclude(pk=mine.pk).get()
    there = reverse("requests:inspect", args=[mine.public_id])

    shown = browser.client.get(reverse("my_requests:detail", args=[asked.public_id])).content.decode()
    assert reverse("my_requests:detail", args=[mine.public_id]) in shown
    staff = Client()
    staff.force_login(UserFactory(clerk=True, departments=[asked.department, mine.department]))
    assert there in staff.get(reverse("requests:inspect", args=[asked.public_id])).content.decode()
    staff.force_login(UserFactory(clerk=True, departments=[asked.department]))
    assert there not in staff.get(reverse("requests:inspect", args=[asked.public_id])).content.decode()


def test_a_delegate_names_those_of_the_establishment_and_not_his_own(citizen: User, mine: ServiceRequest) -> None:
    establishment = DelegationFactory(person=citizen).establishment
    of_a_colleague: ServiceRequest = ServiceRequestFactory(acting_for=establishment)
    for_it, for_himself = mark_of(citizen, establishment.pk), mark_of(citizen, None)
    own = OwnRequests()

    assert [one.number for one in own.offered(for_it, "en")] == [of_a_colleague.number]
    assert [one.number for one in own.offered(for_himself, "en")] == [mine.number]
    assert own.find(for_it, mine.number) == ""
    assert own.find(for_himself, of_a_colleague.number) == ""
    assert own.find(for_it, of_a_colleague.number) == of_a_colleague.number


def test_at_the_window_the_clerk_reads_those_of_the_citizen_that_are_his_own_bodys(
    rf: RequestFactory, citizen: User, page: ServicePage
) -> None:
    elsewhere: ServiceRequest = ServiceRequestFactory(applicant=citizen)
    here: ServiceRequest = ServiceRequestFactory(applicant=citizen)
    assert elsewhere.organisation != here.organisation
    clerk = UserFactory(clerk=True, departments=[here.department])
    draft = DraftFactory(applicant=citizen, registered_by=clerk, service=page)
    http = rf.get("/")
    http.user = clerk
    mark, own = context_for(clerk, "SA", http, draft).applicant, OwnRequests()

    assert [one.number for one in own.offered(mark, "en")] == [here.number]
    assert own.find(mark, here.number) == here.number
    assert own.find(mark, elsewhere.number) == ""


def test_of_a_guest_nothing_is_known_and_his_number_stands_as_he_wrote_it() -> None:
    guest = UserFactory(guest=True)

    assert mark_of(guest, None) == ""
    assert OwnRequests().offered("", "en") == []
    assert OwnRequests().find("", "ABC-1448-000001") == ""


def test_the_list_is_as_long_as_somebody_reads_and_costs_two_queries(
    citizen: User, django_assert_num_queries: Any
) -> None:
    ServiceRequestFactory.create_batch(3, applicant=citizen)

    with django_assert_num_queries(2):
        offered = OwnRequests().offered(mark_of(citizen, None), "ar")

    assert len(offered) == 3 <= MOST
