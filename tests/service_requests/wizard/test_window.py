"""The service window: a clerk registers a request for whoever stands there, and learns no more than he needs."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from home.accounts.establishments.models import Delegation
from home.accounts.models import User
from service_requests.history.tellings import tell_request, timeline_of
from service_requests.notices.models import Notice
from service_requests.records.models import Attachment, Channel, ServiceRequest
from service_requests.wizard.drafts import KEPT_AT_THE_WINDOW, KEPT_FOR
from service_requests.wizard.models import Draft, Stash
from service_requests.wizard.purge import purge
from service_requests.wizard.window import people
from service_requests.workflow.permissions import permitted
from services_catalog.models import ServicePage
from services_catalog.organisations.models import Department
from services_catalog.registries.models import LookupAttempt
from tests.factories import (
    DelegationFactory,
    DepartmentFactory,
    FormFactory,
    FormVersionFactory,
    MembershipFactory,
    ServicePageFactory,
    ServiceRequestFactory,
    UserFactory,
    national_id,
)
from tests.service_requests.wizard.samples import APPLICANT, VISIT, Browser, hidden_inputs, letter

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

PERSON = "منيرة صالح حمد العجمي"
CLERK = "خالد الموظف"
NEW = {
    "do": "add",
    "identity_type": "national_id",
    "identity_number": national_id(7_700_001),
    "full_name": "سعيد مبارك راشد الدوسري",
    "mobile": "0559876543",
    "email": "",
}


@pytest.fixture
def unit(db: None) -> Department:
    unit: Department = DepartmentFactory()
    return unit


@pytest.fixture
def service(unit: Department) -> ServicePage:
    page: ServicePage = ServicePageFactory(value=VISIT, department=unit, title="طلب زيارة")
    return page


@pytest.fixture
def clerk(unit: Department) -> User:
    person: User = UserFactory(clerk=True, full_name=CLERK, departments=[unit], email="clerk@example.org")
    return person


@pytest.fixture
def person(db: None) -> User:
    found: User = UserFactory(citizen=True, full_name=PERSON)
    return found


@pytest.fixture
def desk(client: Client, clerk: User) -> Client:
    client.force_login(clerk)
    return client


@pytest.fixture
def sitting(desk: Client, service: ServicePage, person: User) -> Browser:
    """The clerk, about to fill in the first step for this person."""
    return begun(desk, service, person)


def register_url(service: ServicePage) -> str:
    return reverse("window_register", args=[service.pk])


def find(desk: Client, service: ServicePage, **typed: str) -> Any:
    sent = {"do": "find", "identity_type": "national_id", "identity_number": "", "mobile": "", **typed}
    return desk.post(register_url(service), sent)


def begun(desk: Client, service: ServicePage, person: User) -> Browser:
    found = find(desk, service, identity_number=person.identity_number)
    mark = hidden_inputs(found.content.decode())["person"]
    return at(desk, desk.post(register_url(service), {"do": "begin", "person": mark}))


def at(desk: Client, started: Any) -> Browser:
    assert started.status_code == 303, started.content.decode()
    match = re.fullmatch(r"/(\w\w)/apply/(window/[0-9a-f-]{36})/", started.url)
    assert match, started.url
    return Browser(desk, match.group(2), language=match.group(1))


def sent(sitting: Browser) -> ServiceRequest:
    sitting.fill_in()
    sitting.review()
    sitting.submit()
    return ServiceRequest.objects.get()


# -- registering


def test_the_request_is_the_persons_and_says_who_registered_it(sitting: Browser, person: User, clerk: User) -> None:
    sitting.fill_in()
    sitting.review()
    response = sitting.submit()

    request = ServiceRequest.objects.get()
    assert (response.status_code, response.url) == (303, reverse("window_received", args=[request.public_id]))
    assert (request.applicant, request.registered_by, request.channel) == (person, clerk, Channel.WINDOW)
    assert request.applicant_name == PERSON
    assert request.applicant_identity == person.identity_number
    assert request.number.endswith("-000001")
    created = request.history.get()
    assert created.history_user == clerk
    (entry,) = tell_request(list(timeline_of(request)), None)
    assert entry.title == "سُجِّل الطلب في شباك الاستقبال"
    assert entry.person == CLERK


def test_the_citizen_is_told_and_finds_it_among_his_requests(sitting: Browser, person: User, client: Client) -> None:
    request = sent(sitting)

    assert Notice.objects.get(channel="sms").recipient == "+966501234567"
    client.force_login(person)
    assert request.number in client.get(sitting.named("my_requests:list")).content.decode()


def test_what_is_known_of_the_person_is_filled_in_and_nothing_of_the_clerk(sitting: Browser, clerk: User) -> None:
    html = sitting.open("applicant").content.decode()

    assert f'value="{PERSON}"' in html
    assert f'value="{CLERK}"' not in html
    # The browser is the clerk's.
    assert 'autocomplete="name"' not in html


@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_page_says_for_whom_it_is_and_how_to_stop(sitting: Browser, person: User, language: str) -> None:
    sitting.language = language
    pages = [sitting.open("applicant")]
    sitting.fill_in()
    pages.append(sitting.review())

    for page in pages:
        html = page.content.decode()
        banner = html[html.index('<aside class="preview-banner"') : html.index("</aside>")]
        assert PERSON in banner
        assert person.mobile_masked in banner
        assert person.mobile not in banner
        assert sitting.named("apply:window_stop", sitting.slug) in banner


def test_the_review_says_that_the_person_declares(sitting: Browser) -> None:
    sitting.fill_in()

    html = sitting.review().content.decode()

    assert f"{PERSON} قرأ هذا أو سمعه" in html
    assert "من أمامك هو الذي يقرّ" in html


def test_scans_belong_to_the_request_afterwards(sitting: Browser, clerk: User, person: User, client: Client) -> None:
    sitting.send("applicant", APPLICANT)
    sitting.send("visit", {"letter": letter("scan.png"), "shown": "letter"}, do="save")
    scan = Attachment.objects.get()
    address = sitting.named("my_requests:file", scan.public_id)

    assert sitting.client.get(address).status_code == 200
    stranger = Client()
    stranger.force_login(person)
    assert stranger.get(address).status_code == 404
    request = sent(sitting)
    assert Attachment.objects.filter(request=request).exists()


def test_pressing_twice_makes_one_request(sitting: Browser) -> None:
    sitting.fill_in()
    sitting.review()
    first = sitting.submit()
    second = sitting.submit()

    assert ServiceRequest.objects.count() == 1
    assert (second.status_code, second.url) == (303, first.url)


def test_pages_of_what_was_sent_lead_to_the_receipt(sitting: Browser) -> None:
    request = sent(sitting)
    receipt = reverse("window_received", args=[request.public_id])

    assert sitting.review().url == receipt
    assert sitting.client.get(sitting.address("applicant")).url == receipt
    assert sitting.client.post(sitting.address("applicant"), APPLICANT).url == receipt
    assert sitting.client.get(sitting.named("apply:start", sitting.slug)).url == receipt
    assert Draft.objects.count() == 1


def test_a_session_that_ends_on_the_way_loses_nothing(sitting: Browser, clerk: User) -> None:
    sitting.send("applicant", APPLICANT)
    sitting.open("visit")
    sitting.client.logout()

    put_aside = sitting.send_as_shown("visit", {"subject": "رخصة بناء", "shown": "party subject letter"})

    assert "/account/login/" in put_aside.url
    assert Stash.objects.get().person == clerk
    sitting.client.force_login(clerk)
    html = sitting.client.get(f"{sitting.address('visit')}?restore={Stash.objects.get().public_id}").content.decode()
    assert "رخصة بناء" in html
    assert PERSON in html


def test_sending_after_the_session_ended_sends_nothing_and_leads_back(sitting: Browser) -> None:
    sitting.fill_in()
    sitting.review()
    sitting.client.logout()

    response = sitting.submit()

    assert "/account/login/" in response.url
    assert not ServiceRequest.objects.exists()


def test_it_is_put_aside_and_found_again_on_the_window(sitting: Browser) -> None:
    saved = sitting.send("applicant", APPLICANT, do="save")

    assert saved.url == reverse("window")
    html = sitting.client.get(saved.url).content.decode()
    assert sitting.named("apply:start", sitting.slug) in html
    assert PERSON in html


def test_beginning_again_goes_on_with_what_was_begun(
    sitting: Browser, desk: Client, service: ServicePage, person: User
) -> None:
    sitting.send("applicant", APPLICANT)

    assert begun(desk, service, person).slug == sitting.slug


def test_giving_up_forgets_what_was_typed(sitting: Browser) -> None:
    sitting.send("applicant", APPLICANT)
    sitting.send("visit", {"letter": letter(), "shown": "letter"}, do="save")
    stop = sitting.named("apply:window_stop", sitting.slug)
    assert sitting.client.get(stop).status_code == 200
    assert Draft.objects.get().closed_at is None

    assert sitting.client.post(stop).url == reverse("window")

    draft = Draft.objects.get()
    assert draft.closed_at
    assert draft.data["step_data"] == {}
    assert not Attachment.objects.exists()
    for address in (stop, sitting.address("applicant"), sitting.named("apply:review", sitting.slug)):
        assert sitting.client.post(address).url == reverse("window")
    assert not ServiceRequest.objects.exists()


def test_a_retired_form_is_looked_at_before_one_goes_on(sitting: Browser, service: ServicePage) -> None:
    sitting.send("applicant", APPLICANT)
    form = FormFactory(translation_key=service.translation_key)
    form.versions.update(retired_at=timezone.now())
    FormVersionFactory(form=form, value=VISIT.model_copy(update={"currency": "SAR"}), live=True)

    start = sitting.client.get(sitting.named("apply:start", sitting.slug))

    assert start.url == sitting.named("apply:update", sitting.slug)
    page = sitting.client.get(start.url)
    assert PERSON in page.content.decode()
    sitting.hidden = hidden_inputs(page.content.decode())
    moved = sitting.client.post(start.url, {**sitting.hidden, "do": "move"})
    assert moved.status_code == 303
    assert Draft.objects.get().form_version.retired_at is None


# -- the person's own things


def test_neither_meets_the_others_draft(desk: Client, service: ServicePage, person: User) -> None:
    """The clerk's is the older one: whoever takes the first draft of this person and service meets it."""
    sitting = begun(desk, service, person)
    sitting.send("applicant", {**APPLICANT, **employer("سر-الشباك")})
    windows = Draft.objects.get()
    own = Client()
    own.force_login(person)
    mine = Browser(own, service.slug)

    assert "سر-الشباك" not in mine.open("applicant").content.decode()
    mine.send("applicant", {**APPLICANT, **employer("سر-المواطن")})
    own.post(mine.named("my_requests:discard", windows.public_id))

    page = sitting.open("applicant").content.decode()
    assert "سر-الشباك" in page
    assert "سر-المواطن" not in page
    request = sent(sitting)
    assert "سر-المواطن" not in str(request.answers)
    kept = Draft.objects.get(registered_by=None)
    assert (kept.closed_at, kept.data["extra_data"]["answers"]["employer"]) == (None, "سر-المواطن")


def employer(name: str) -> dict[str, str]:
    return {"kind": "public", "employer": name, "shown": "name mobile kind employer"}


def test_the_person_does_not_see_what_the_clerk_has_begun(sitting: Browser, service: ServicePage, person: User) -> None:
    sitting.send("applicant", {**APPLICANT, "mobile": "0500000099"})
    own = Client()
    own.force_login(person)

    mine = Browser(own, service.slug)
    listed = own.get(f"{mine.named('my_requests:list')}?show=drafts").content.decode()

    assert "طلب زيارة" not in listed
    assert own.get(mine.named("apply:start", service.slug)).url == mine.address("applicant")
    assert "0500000099" not in mine.open("applicant").content.decode()
    assert own.get(sitting.named("apply:start", sitting.slug)).status_code == 404


def test_the_clerk_is_told_the_name_and_a_little_of_the_mobile(
    desk: Client, service: ServicePage, person: User
) -> None:
    earlier = ServiceRequestFactory(applicant=person, answers={"subject": "سر-قديم"})

    html = find(desk, service, identity_number=person.identity_number).content.decode()

    assert PERSON in html
    assert person.mobile_masked in html
    for secret in (person.mobile, person.mobile.removeprefix("+966"), person.email, earlier.number, "سر-قديم"):
        assert secret not in html


# -- finding and registering people


def test_a_person_is_found_by_his_whole_mobile_only(desk: Client, service: ServicePage, person: User) -> None:
    assert PERSON in find(desk, service, mobile=person.mobile).content.decode()
    assert PERSON not in find(desk, service, mobile=person.mobile[:-1]).content.decode()
    assert PERSON not in find(desk, service, identity_number=person.identity_number[:-1]).content.decode()


def test_people_who_share_a_mobile_are_not_listed(desk: Client, service: ServicePage, person: User) -> None:
    UserFactory(citizen=True, full_name="شخص آخر", mobile=person.mobile)

    response = find(desk, service, mobile=person.mobile)

    assert response.status_code == 422
    assert PERSON not in response.content.decode()
    assert "شخص آخر" not in response.content.decode()


def test_a_new_person_gets_an_account_nobody_can_sign_in_to(desk: Client, service: ServicePage, clerk: User) -> None:
    unknown = find(desk, service, identity_number=NEW["identity_number"]).content.decode()
    assert f'value="{NEW["identity_number"]}"' in unknown

    sitting = at(desk, desk.post(register_url(service), NEW))

    made = User.objects.get(identity_number=NEW["identity_number"])
    assert not made.has_usable_password()
    assert (made.full_name, made.mobile, made.groups.count()) == (NEW["full_name"], "+966559876543", 0)
    assert made.history.get().history_user == clerk
    assert NEW["full_name"] in sitting.open("applicant").content.decode()


def test_a_known_person_is_never_doubled_nor_changed(desk: Client, service: ServicePage, person: User) -> None:
    before = User.objects.count()

    response = desk.post(register_url(service), {**NEW, "identity_number": person.identity_number})

    assert response.status_code == 200
    assert PERSON in response.content.decode()
    person.refresh_from_db()
    assert (User.objects.count(), person.full_name, person.mobile != "+966559876543") == (before, PERSON, True)
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("identity_number", "1234567890"),
        ("full_name", "سعيد"),
        ("mobile", "12"),
        ("email", "nothing"),
        ("identity_number", ""),
    ],
)
def test_a_new_person_is_checked_as_where_he_registers_himself(
    desk: Client, service: ServicePage, name: str, value: str
) -> None:
    response = desk.post(register_url(service), {**NEW, name: value})

    assert response.status_code == 422
    assert 'class="diwan-error"' in response.content.decode()
    assert not User.objects.filter(full_name=NEW["full_name"]).exists()


@pytest.mark.parametrize("typed", [{}, {"identity_number": "12"}, {"mobile": "12"}])
def test_what_is_no_number_is_not_looked_for(desk: Client, service: ServicePage, typed: dict[str, str]) -> None:
    assert find(desk, service, **typed).status_code == 422
    assert not LookupAttempt.objects.exists()


def test_whoever_tries_too_many_numbers_has_to_wait(
    desk: Client, service: ServicePage, person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "MOST_WRONG", 3)
    for serial in range(3):
        assert find(desk, service, identity_number=national_id(5_500_000 + serial)).status_code == 200

    refused = find(desk, service, identity_number=national_id(5_600_000))

    assert refused.status_code == 429
    registered = desk.post(register_url(service), {**NEW, "identity_number": person.identity_number})
    assert (registered.status_code, PERSON in registered.content.decode()) == (429, False)
    stored = str(list(LookupAttempt.objects.values_list("who", "key")))
    assert national_id(5_500_000) not in stored


def test_people_who_are_served_do_not_use_up_the_tries(
    desk: Client, service: ServicePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "MOST_WRONG", 2)
    for serial in range(4):
        number = national_id(6_600_000 + serial)
        find(desk, service, identity_number=number)
        assert desk.post(register_url(service), {**NEW, "identity_number": number}).status_code == 303


def test_nothing_of_the_person_stands_in_an_address(
    desk: Client, service: ServicePage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", logger="")
    find(desk, service, identity_number=NEW["identity_number"])
    started = desk.post(register_url(service), NEW)
    sitting = at(desk, started)
    sitting.fill_in()
    sitting.review()
    addresses = f"{started.url} {sitting.submit().url}"

    logged = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("django.db"))
    for private in (NEW["identity_number"], "559876543", NEW["full_name"]):
        assert private not in addresses
        assert private not in logged


@pytest.mark.parametrize("forge", ["", "x", "other"])
def test_a_mark_that_is_not_ones_own_begins_nothing(
    desk: Client, service: ServicePage, person: User, unit: Department, forge: str
) -> None:
    colleague = UserFactory(clerk=True, departments=[unit])
    mark = people.mark_of(colleague, person) if forge == "other" else forge

    response = desk.post(register_url(service), {"do": "begin", "person": mark})

    assert response.url == register_url(service)
    assert not Draft.objects.exists()


def test_nobody_registers_for_himself(desk: Client, service: ServicePage, clerk: User) -> None:
    User.objects.filter(pk=clerk.pk).update(identity_type="national_id", identity_number=national_id(4_400_000))

    response = find(desk, service, identity_number=national_id(4_400_000))

    assert response.url == reverse("window_service", args=[service.pk])
    forged = desk.post(register_url(service), {"do": "begin", "person": people.mark_of(clerk, clerk)})
    assert forged.url == response.url
    assert not Draft.objects.exists()


# -- services for establishments


def for_establishments(service: ServicePage) -> None:
    ServicePage.objects.filter(pk=service.pk).update(who_applies="establishments")


def test_a_delegate_applies_at_the_window_in_the_name_of_his_establishment(
    desk: Client, service: ServicePage, person: User, client: Client
) -> None:
    for_establishments(service)
    office = DelegationFactory(person=person).establishment
    found = find(desk, service, identity_number=person.identity_number).content.decode()
    assert str(office) in found
    chosen = {"do": "begin", "person": hidden_inputs(found)["person"], "office": str(office.public_id)}
    sitting = at(desk, desk.post(register_url(service), chosen))
    assert str(office) in sitting.open("applicant").content.decode()
    request = sent(sitting)
    assert (request.applicant, request.acting_for) == (person, office)


def test_whoever_acts_for_no_establishment_is_not_registered_for_a_service_of_establishments(
    desk: Client, service: ServicePage, person: User
) -> None:
    for_establishments(service)
    found = find(desk, service, identity_number=person.identity_number).content.decode()
    assert "this person acts for none" in found or "ولا ينوب هذا الشخص" in found
    mark = people.mark_of(User.objects.get(full_name=CLERK), person)
    other = DelegationFactory().establishment
    for office in ("", "nonsense", str(other.public_id)):
        refused = desk.post(register_url(service), {"do": "begin", "person": mark, "office": office})
        assert refused.status_code == 422
    new = desk.post(register_url(service), NEW)
    assert new.status_code == 200
    assert not Draft.objects.exists()


def test_a_delegation_that_ends_at_the_window_sends_nothing(desk: Client, service: ServicePage, person: User) -> None:
    for_establishments(service)
    delegation = DelegationFactory(person=person)
    mark = people.mark_of(User.objects.get(full_name=CLERK), person)
    chosen = {"do": "begin", "person": mark, "office": str(delegation.establishment.public_id)}
    sitting = at(desk, desk.post(register_url(service), chosen))
    sitting.fill_in()
    sitting.review()
    Delegation.objects.update(ended_at=timezone.now())
    assert sitting.submit().url == reverse("window")
    assert not ServiceRequest.objects.exists()


def test_in_whose_name_is_as_it_was_said_last(desk: Client, service: ServicePage, person: User) -> None:
    ServicePage.objects.filter(pk=service.pk).update(who_applies="both")
    office = DelegationFactory(person=person).establishment
    mark = people.mark_of(User.objects.get(full_name=CLERK), person)
    for name, expected in (("", None), (str(office.public_id), office), ("", None)):
        at(desk, desk.post(register_url(service), {"do": "begin", "person": mark, "office": name}))
        assert Draft.objects.get().acting_for == expected


def test_a_closed_account_is_not_served(desk: Client, service: ServicePage, person: User) -> None:
    User.objects.filter(pk=person.pk).update(is_active=False)

    assert PERSON not in find(desk, service, identity_number=person.identity_number).content.decode()
    again = desk.post(register_url(service), {**NEW, "identity_number": person.identity_number})
    assert (again.status_code, PERSON in again.content.decode()) == (422, False)


def test_a_suspended_service_is_not_begun(desk: Client, service: ServicePage, person: User) -> None:
    ServicePage.objects.filter(pk=service.pk).update(is_suspended=True)

    assert find(desk, service, identity_number=person.identity_number).url == reverse(
        "window_service", args=[service.pk]
    )
    html = desk.get(reverse("window_service", args=[service.pk])).content.decode()
    assert register_url(service) not in html


# -- who may


def pages(service: ServicePage) -> dict[str, str]:
    return {
        "window": reverse("window"),
        "service": reverse("window_service", args=[service.pk]),
        "form": reverse("window_blank", args=[service.pk]),
        "requirements": reverse("window_requirements", args=[service.pk]),
        "register": register_url(service),
    }


READ = {"window", "service", "form", "requirements"}


@pytest.mark.parametrize(
    ("role", "opened"),
    [
        ("clerk", {*READ, "register"}),
        ("supervisor", {*READ, "register"}),
        ("auditor", READ),
        ("editor", set()),
        ("citizen", set()),
    ],
)
def test_who_may_open_which_page(
    client: Client, service: ServicePage, unit: Department, role: str, opened: set[str]
) -> None:
    traits: dict[str, Any] = {role: True}
    client.force_login(UserFactory(**traits, departments=[] if role == "citizen" else [unit]))

    answers = {name: client.get(url).status_code for name, url in pages(service).items()}

    assert {name for name, status in answers.items() if status == 200} == opened
    refused = {status for name, status in answers.items() if name not in opened}
    assert refused <= {302, 403, 404}


def test_somebody_of_another_body_finds_nothing_there(client: Client, service: ServicePage, person: User) -> None:
    client.force_login(UserFactory(clerk=True, departments=[DepartmentFactory()]))

    assert service.title not in client.get(reverse("window")).content.decode()
    for name, url in pages(service).items():
        assert client.get(url).status_code == (200 if name == "window" else 404)
    assert find(client, service, identity_number=person.identity_number).status_code == 404
    assert not LookupAttempt.objects.exists()


def test_another_department_of_the_same_body_registers_too(
    client: Client, service: ServicePage, unit: Department, person: User
) -> None:
    client.force_login(UserFactory(clerk=True, departments=[DepartmentFactory(organisation=unit.organisation)]))

    assert begun(client, service, person).open("applicant").status_code == 200


def test_a_sitting_is_its_clerks_alone(sitting: Browser, unit: Department) -> None:
    sitting.fill_in()
    sitting.review()
    colleague = Client()
    colleague.force_login(UserFactory(supervisor=True, departments=[unit]))

    for name in ("apply:start", "apply:review", "apply:update", "apply:window_stop"):
        assert colleague.get(sitting.named(name, sitting.slug)).status_code == 404
    assert colleague.get(sitting.address("applicant")).status_code == 404
    for name in ("apply:submit", "apply:window_stop"):
        assert colleague.post(sitting.named(name, sitting.slug), sitting.hidden).status_code == 404
    assert colleague.post(sitting.address("applicant"), {**sitting.hidden, **APPLICANT}).status_code == 404
    assert Draft.objects.get().closed_at is None


def test_whoever_loses_his_post_is_out_at_once(sitting: Browser, clerk: User) -> None:
    clerk.memberships.all().delete()

    assert sitting.client.get(sitting.address("applicant")).status_code == 404
    assert sitting.client.post(sitting.named("apply:submit", sitting.slug)).status_code == 404


def test_whoever_registered_it_goes_on_with_it_where_his_post_allows(sitting: Browser, clerk: User) -> None:
    request = sent(sitting)

    assert permitted(request, clerk)


# -- afterwards


def test_the_receipt_has_the_number_and_the_ways_on(sitting: Browser) -> None:
    request = sent(sitting)

    html = sitting.client.get(reverse("window_received", args=[request.public_id])).content.decode()

    assert request.number in html
    assert reverse("window_summary", args=[request.public_id]) in html
    assert reverse("requests:inspect", args=[request.public_id]) in html
    paper = sitting.client.get(reverse("window_summary", args=[request.public_id]))
    assert paper.content.startswith(b"%PDF")
    assert "no-store" in paper["Cache-Control"]


def test_the_receipt_links_to_the_desk_only_where_it_is_seen(
    client: Client, service: ServicePage, unit: Department, person: User
) -> None:
    client.force_login(UserFactory(clerk=True, departments=[DepartmentFactory(organisation=unit.organisation)]))
    request = sent(begun(client, service, person))

    html = client.get(reverse("window_received", args=[request.public_id])).content.decode()

    assert request.number in html
    assert reverse("requests:inspect", args=[request.public_id]) not in html


def test_a_receipt_is_of_its_clerk_and_of_its_day(sitting: Browser, unit: Department) -> None:
    request = sent(sitting)
    addresses = [reverse(name, args=[request.public_id]) for name in ("window_received", "window_summary")]
    colleague = Client()
    colleague.force_login(UserFactory(supervisor=True, departments=[unit]))
    assert {colleague.get(address).status_code for address in addresses} == {404}

    ServiceRequest.objects.update(submitted_at=timezone.now() - timedelta(hours=25))

    assert {sitting.client.get(address).status_code for address in addresses} == {404}


def test_the_desk_says_who_registered_it(sitting: Browser) -> None:
    request = sent(sitting)

    html = sitting.client.get(reverse("requests:inspect", args=[request.public_id])).content.decode()

    assert "سجّله" in html
    assert CLERK in html


# -- where a request stands


def ask(desk: Client, number: str) -> str:
    html: str = desk.post(reverse("window"), {"number": number}).content.decode()
    return html


def test_any_staff_of_the_body_learns_where_a_request_stands_and_nothing_that_is_in_it(
    client: Client, unit: Department, service: ServicePage
) -> None:
    case = ServiceRequestFactory(service=service, department=unit, answers={"subject": "سر-الطلب"})
    client.force_login(UserFactory(clerk=True, departments=[DepartmentFactory(organisation=unit.organisation)]))

    eastern = case.number.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")).lower()
    html = ask(client, f" {eastern} ")

    assert case.number in html
    assert str(unit) in html
    assert service.title in html
    for secret in ("سر-الطلب", case.applicant_name, case.applicant_identity, case.applicant_mobile):
        assert secret not in html
    assert reverse("requests:inspect", args=[case.public_id]) not in html


def test_who_may_see_the_request_is_led_to_it(desk: Client, unit: Department, service: ServicePage) -> None:
    case = ServiceRequestFactory(service=service, department=unit)

    assert reverse("requests:inspect", args=[case.public_id]) in ask(desk, case.number)


def test_a_number_of_another_body_answers_like_one_that_is_not(desk: Client) -> None:
    foreign = ServiceRequestFactory()

    answers = {re.sub(r'(value|name)="[^"]*"', "", ask(desk, number)) for number in (foreign.number, "XX-1448-999999")}

    assert all("لا طلب لدى جهتك" in html for html in answers)
    assert all(foreign.service.title not in html for html in answers)


def test_an_empty_inquiry_says_what_to_write(desk: Client) -> None:
    response = desk.post(reverse("window"), {"number": " "})

    assert response.status_code == 422
    assert "اكتب رقم الطلب" in response.content.decode()


# -- the directory


def test_services_of_the_own_bodies_are_found_by_any_of_their_words(desk: Client, service: ServicePage) -> None:
    ServicePageFactory(title="رخصة محل", department=service.department, keywords="دكان")
    ServicePageFactory(title="خدمة جهة أخرى", keywords="دكان")

    everything = desk.get(reverse("window")).content.decode()
    assert "طلب زيارة" in everything
    assert "رخصة محل" in everything
    assert "خدمة جهة أخرى" not in everything
    found = desk.get(reverse("window"), {"q": "الدكان"}).content.decode()
    assert "رخصة محل" in found
    assert "طلب زيارة" not in found
    assert "خدمة جهة أخرى" not in found


def test_a_service_tells_who_is_competent_and_what_it_takes(desk: Client, service: ServicePage) -> None:
    html = desk.get(reverse("window_service", args=[service.pk])).content.decode()

    assert service.title in html
    assert str(service.department) in html
    assert register_url(service) in html
    assert reverse("window_blank", args=[service.pk]) in html


def test_the_list_costs_the_same_for_any_number_of_services(desk: Client, service: ServicePage) -> None:
    desk.get(reverse("window"))
    with CaptureQueriesContext(connection) as few:
        desk.get(reverse("window"))
    for _place in range(5):
        ServicePageFactory(department=service.department)
    with CaptureQueriesContext(connection) as many:
        desk.get(reverse("window"))

    assert len(many) <= len(few), "\n".join(query["sql"][:160] for query in many.captured_queries)


def test_a_step_at_the_window_costs_little_more_than_a_citizens(sitting: Browser) -> None:
    sitting.fill_in()
    sitting.open("visit")
    # session, person, rights (2), posts, sitting with person and service, page with translation, draft with its
    # version, its files, live version of the form, edition of the frame
    with CaptureQueriesContext(connection) as captured:
        sitting.open("visit")

    assert len(captured) <= 13, "\n".join(query["sql"][:160] for query in captured.captured_queries)


# -- growing old


def test_what_was_begun_at_the_window_grows_old_sooner(sitting: Browser) -> None:
    sitting.send("applicant", APPLICANT)

    assert purge(timezone.now() + KEPT_AT_THE_WINDOW - timedelta(hours=1)).drafts == 0
    assert purge(timezone.now() + KEPT_AT_THE_WINDOW + timedelta(hours=1)).drafts >= 1
    assert not Draft.objects.exists()


def test_that_one_was_given_up_is_forgotten_later(sitting: Browser) -> None:
    sitting.client.post(sitting.named("apply:window_stop", sitting.slug))

    purge(timezone.now() + KEPT_AT_THE_WINDOW + timedelta(hours=1))
    assert Draft.objects.exists()
    purge(timezone.now() + KEPT_FOR + timedelta(hours=1))
    assert not Draft.objects.exists()


def test_what_was_sent_is_not_purged_with_them(sitting: Browser) -> None:
    sent(sitting)

    purge(timezone.now() + KEPT_FOR + timedelta(days=1))

    assert Draft.objects.get().request


def test_a_substitute_serves_in_the_place_of_who_is_away(
    client: Client, service: ServicePage, unit: Department, person: User
) -> None:
    substitute = UserFactory(clerk=True)
    holder = UserFactory(clerk=True)
    post = MembershipFactory(user=holder, department=unit)
    type(post).objects.filter(pk=post.pk).update(substitute=substitute)
    client.force_login(substitute)
    assert client.get(register_url(service)).status_code == 404

    today = timezone.now().date()
    holder.absences.create(first_day=today - timedelta(days=1), last_day=today + timedelta(days=1))

    assert begun(client, service, person).open("applicant").status_code == 200


def test_what_a_clerk_began_where_he_does_not_work_any_more_is_not_offered(
    desk: Client, sitting: Browser, person: User, clerk: User
) -> None:
    clerk.memberships.update(department=DepartmentFactory())

    assert desk.get(reverse("window")).context["begun"] == []
