"""What a citizen types stands in the records and nowhere else: not in logs, not in jobs, not in the queue."""

import logging
from collections.abc import Iterator

import pytest
from django.test import Client

from cms.jobs.models import Job
from home.accounts.models import OneTimeCode, User
from service_requests.records.models import ServiceRequest
from service_requests.workflow.actions import answer, approve, ask_citizen, take
from services_catalog.models import ServicePage
from tests.factories import PASSWORD, ServicePageFactory, UserFactory
from tests.service_requests.wizard.samples import APPLICANT, COMPANY, VISIT, VISIT_ANSWERS, Browser, letter

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
