"""What a citizen types stands in the records and nowhere else: not in logs, not in jobs, not in the queue."""

import logging
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from cms.jobs.models import Job
from cms.jobs.running import run_due_jobs
from home.accounts.models import AccountMessage, CodeBudget, OneTimeCode, User
from home.accounts.outbox import words_of
from service_requests.feedback.models import Rating
from service_requests.notices.models import Notice
from service_requests.records.models import ServiceRequest
from service_requests.workflow.actions import answer, approve, ask_citizen, reject, take
from services_catalog.models import ServicePage
from tests.factories import PASSWORD, DelegationFactory, ServicePageFactory, ServiceRequestFactory, UserFactory
from tests.service_requests.wizard.samples import APPLICANT, COMPANY, VISIT, VISIT_ANSWERS, Browser, letter
from tests.service_requests.wizard.test_captcha import solution

pytestmark = pytest.mark.django_db

CANARIES = {
    "name": "أحمد محمد سالم الطائر",
    "identity": "1000000008",
    "mobile": "0501112223",
    "international": "+966501112223",
    "email": "canary-account@example.com",
    "subject": "canary-subject",
    "file": "canary-file.png",
    "question": "canary-question",
    "reply": "canary-reply",
    "note": "canary-note",
    "password": "canary-password-1",
    "search": "canary-search",
    "guest's mobile": "0502223334",
    "guest's mobile, whole": "+966502223334",
    "reason": "canary-reason",
    "comment": "canary-comment",
    "missing": "canary-missing",
    "delegate": "1000000016",
    "delegate's mobile": "0503334445",
    "delegate's mobile, whole": "+966503334445",
    "new password": "canary password of three",
}


@pytest.fixture
def written() -> Iterator[list[str]]:
    """Every line that any logger writes, whatever its level says now."""
    lines: list[str] = []

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(f"{record.getMessage()} {record.__dict__}")

    keeper = Keeper(logging.INFO)
    names = ["", "django", "django.server", "wagtail", "cms", "service_requests", "home", "allauth", "rq"]
    loggers = [logging.getLogger(name) for name in names]
    for logger in loggers:
        logger.addHandler(keeper)
    yield lines
    for logger in loggers:
        logger.removeHandler(keeper)


@pytest.fixture
def service(db: None) -> ServicePage:
    page: ServicePage = ServicePageFactory(value=VISIT)
    return page


def walk_through(client: Client, service: ServicePage) -> ServiceRequest:
    """Register, mistype a password, apply with a mistake, answer a question, be found and approved."""
    client.post(
        "/ar/account/signup/",
        {
            "identity_type": "national_id",
            "identity_number": CANARIES["identity"],
            "full_name": CANARIES["name"],
            "mobile": CANARIES["mobile"],
            "email": CANARIES["email"],
            "password1": CANARIES["password"],
            "password2": CANARIES["password"],
        },
    )
    for code in ("000000", OneTimeCode.objects.get().digits):
        client.post("/ar/account/signup/code/", {"code": code})
    person = User.objects.get(identity_number=CANARIES["identity"])
    for password in ("wrong", CANARIES["password"]):
        client.post("/ar/account/login/", {"login": CANARIES["identity"], "password": password})
    browser = Browser(client, service.slug)
    browser.send("applicant", {**APPLICANT, "name": "x"})
    browser.send("applicant", {**APPLICANT, "name": CANARIES["name"], "mobile": CANARIES["mobile"]})
    broken = letter("canary-file.exe")
    browser.send("visit", {**VISIT_ANSWERS, "subject": CANARIES["subject"], "letter": broken})
    browser.send("visit", {**VISIT_ANSWERS, "subject": CANARIES["subject"], "letter": letter(CANARIES["file"])})
    browser.send("company", COMPANY)
    browser.review()
    browser.submit()
    request = ServiceRequest.objects.get(applicant=person)
    clerk = UserFactory(clerk=True, departments=[request.department])
    take(request, by=clerk)
    ask_citizen(request, by=clerk, text=CANARIES["question"])
    answer(request, by=person, text=CANARIES["reply"], files=[])
    desk = Client()
    desk.login(username=clerk.username, password=PASSWORD)
    desk.get("/admin/requests/", {"q": CANARIES["search"]})
    desk.get("/admin/requests/export/", {"format": "csv", "q": CANARIES["name"]})
    approve(request, by=clerk, note=CANARIES["note"])
    client.get(f"/ar/requests/{request.public_id}/nothing/")
    return request


class Watched(Client):
    """A browser that remembers the addresses it went to, and those it was sent to."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.addresses: list[str] = []

    def request(self, **request: Any) -> Any:
        answer = super().request(**request)
        self.addresses += [
            f"{request.get('PATH_INFO', '')}?{request.get('QUERY_STRING', '')}",
            answer.headers.get("Location", ""),
        ]
        return answer


def walk_after_it(person: User, service: ServicePage) -> list[str]:
    """Come in by code, renew the password, invite a delegate, object, rate, ask, vote, be a guest; every address."""
    ServicePage.objects.filter(pk=service.pk).update(objection_days=30, allows_guests=True)
    browser = Watched()
    numbers = {"mobile": CANARIES["mobile"], "identity_number": CANARIES["identity"]}
    for page, more in (("login/code/", "confirm/"), ("password/renew/", "code/")):
        CodeBudget.objects.all().delete()
        browser.cookies.clear()
        browser.post(f"/ar/account/{page}", numbers | {"next": "/ar/requests/"})
        browser.post(f"/ar/account/{page}{more}", {"code": OneTimeCode.objects.latest("pk").digits})
    password = CANARIES["new password"]
    browser.post("/ar/account/password/renew/new/", {"password1": password, "password2": password})
    assert "_auth_user_id" in browser.session
    owned = DelegationFactory(person=person, owner=True).establishment
    told = {"identity_type": "national_id", "identity_number": CANARIES["delegate"]}
    there = f"/ar/account/establishments/{owned.public_id}/"
    browser.post(there, told | {"mobile": CANARIES["delegate's mobile"]})
    assert owned.invitations.exists()

    case = ServiceRequest.objects.get(applicant=person)
    clerk = UserFactory(clerk=True, departments=[case.department])
    refused = ServiceRequestFactory(applicant=person, service=service, year=1446)
    take(refused, by=clerk)
    reject(refused, by=clerk, reason="x")
    browser.post(f"/ar/requests/{refused.public_id}/object/", {"reason": CANARIES["reason"]})
    browser.post(f"/ar/requests/{case.public_id}/rate/", {"stars": "5", "comment": CANARIES["comment"]})
    assert Rating.objects.get().comment == CANARIES["comment"]
    browser.post("/ar/inquiry/", {"number": case.number, "digits": CANARIES["mobile"][-4:]})
    words = {"helpful": "no", "words": CANARIES["missing"]}
    browser.post(f"/ar/helpful/{service.slug}/", words, headers={"sec-fetch-site": "same-origin"})

    guest = Watched()
    guest.post(f"/ar/apply/{service.slug}/without-account/", {"check": solution(guest)})
    form = Browser(guest, service.slug)
    form.send("applicant", {**APPLICANT, "name": CANARIES["name"], "mobile": CANARIES["guest's mobile"]})
    form.send("visit", {**VISIT_ANSWERS, "subject": CANARIES["subject"], "letter": letter(CANARIES["file"])})
    form.send("company", COMPANY)
    there = f"/ar/apply/{service.slug}/mobile/"
    guest.post(there, {"do": "send", "mobile": CANARIES["guest's mobile"]})
    guest.post(there, {"do": "check", "code": OneTimeCode.objects.latest("pk").digits})
    form.review()
    form.submit()
    sent = ServiceRequest.objects.get(applicant__is_guest=True)
    CodeBudget.objects.all().delete()
    follower = Watched()
    follower.post("/ar/requests/follow/", {"number": sent.number, "mobile": CANARIES["guest's mobile"]})
    code = OneTimeCode.objects.latest("pk").digits
    opened = follower.post("/ar/requests/follow/code/", {"do": "check", "code": code})
    assert str(sent.public_id) in opened["Location"]
    return browser.addresses + guest.addresses + follower.addresses


def test_no_word_of_a_person_is_in_a_log_a_job_an_address_or_a_text_message(
    written: list[str], client: Client, service: ServicePage
) -> None:
    """The flows after the first request; what is waiting is then sent, and the workers are listened to as well."""
    addresses = walk_after_it(walk_through(client, service).applicant, service)
    assert run_due_jobs() > 10

    logged = [(name, line[:300]) for line in written for name, canary in CANARIES.items() if canary in line]
    assert logged == []
    assert len(addresses) > 40
    assert [(name, url) for url in addresses for name, canary in CANARIES.items() if quote(canary) in url] == []
    for job in Job.objects.all():
        assert all(isinstance(value, int) or "-" in str(value) for value in job.arguments.values()), job.arguments
        assert not any(canary in f"{job.arguments} {job.dedupe_key}" for canary in CANARIES.values())
    texts = [*Notice.objects.filter(channel="sms").values_list("text", flat=True)]
    texts += [words_of(message) for message in AccountMessage.objects.exclude(recipient__contains="@")]
    assert len(texts) > 8
    assert [(name, text) for text in texts for name, canary in CANARIES.items() if canary in text] == []
    assert not any("http" in text for text in texts)


def test_no_word_of_a_person_is_in_a_log_or_a_job(written: list[str], client: Client, service: ServicePage) -> None:
    request = walk_through(client, service)

    assert request.answers["subject"] == CANARIES["subject"]
    jobs = [f"{job.arguments} {job.dedupe_key}" for job in Job.objects.all()]
    assert jobs
    logged = [(name, line[:300]) for line in written for name, canary in CANARIES.items() if canary in line]
    assert any("Not Found" in line for line in written), "nothing was listened to"
    assert logged == []
    assert [(name, job) for job in jobs for name, canary in CANARIES.items() if canary in job] == []
    for job in Job.objects.all():
        assert all(isinstance(value, int) or "-" in str(value) for value in job.arguments.values()), job.arguments
