"""Issued documents on the desk, under “My requests”, and on the page where anybody verifies one."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from home.accounts.models import User
from service_requests.documents.codes import new_code, shown
from service_requests.documents.issuing import NotIssued, revoke
from service_requests.documents.models import IssuedDocument
from service_requests.history.tellings import tell_request, timeline_of
from service_requests.notices.models import Notice
from service_requests.workflow.actions import choose
from tests.factories import DepartmentFactory, ServiceRequestFactory, UserFactory
from tests.service_requests.documents.offices import Office, office

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def here() -> Office:
    made = office()
    choose(made.case, "grant", by=made.clerk)
    return made


@pytest.fixture
def paper(here: Office) -> IssuedDocument:
    return IssuedDocument.objects.get()


@pytest.fixture
def supervisor(here: Office) -> User:
    person: User = UserFactory(supervisor=True, departments=[here.unit])
    return person


def verify(client: Client, code: str, language: str = "en") -> Any:
    with override(language):
        return client.get(reverse("verify:document", args=[code]))


# --- Desk and citizen ---------------------------------------------------------------------------------


def test_the_desk_lists_and_opens_it(client: Client, here: Office, paper: IssuedDocument) -> None:
    client.force_login(here.clerk)
    page = client.get(reverse("requests:inspect", args=[here.case.public_id]))
    address = reverse("requests:paper", args=[here.case.public_id, paper.public_id])

    assert address in page.content.decode()
    answer = client.get(address)
    assert answer.content.startswith(b"%PDF")
    assert "no-store" in answer["Cache-Control"]


def test_the_applicant_opens_his_own_and_nobody_elses(client: Client, here: Office, paper: IssuedDocument) -> None:
    client.force_login(here.case.applicant)
    address = reverse("my_requests:paper", args=[paper.public_id])
    page = client.get(reverse("my_requests:detail", args=[here.case.public_id])).content.decode()

    assert address in page
    assert shown(paper.code) in page
    assert client.get(address).content.startswith(b"%PDF")
    for other in (UserFactory(citizen=True), here.clerk):
        client.force_login(other)
        assert client.get(address).status_code == 404


def test_a_document_is_not_opened_by_the_address_of_another_request(
    client: Client, here: Office, paper: IssuedDocument
) -> None:
    client.force_login(here.clerk)
    other = here.another()

    assert client.get(reverse("requests:paper", args=[other.public_id, paper.public_id])).status_code == 404


# --- Revoking -----------------------------------------------------------------------------------------


def test_a_supervisor_revokes_it_with_a_reason(
    client: Client, here: Office, paper: IssuedDocument, supervisor: User
) -> None:
    client.force_login(supervisor)
    address = reverse("requests:revoke", args=[here.case.public_id, paper.public_id])

    assert client.post(address, {"reason": "  "}).status_code == 422
    assert client.post(address, {"reason": "صدر خطأ"}).status_code == 302

    paper.refresh_from_db()
    assert (paper.revoked_by, paper.revoked_reason) == (supervisor, "صدر خطأ")
    assert paper.history.first().history_user == supervisor
    with override("en"):
        told = tell_request(list(timeline_of(here.case)), None)[0]
    assert (told.title, told.person) == ("A document was revoked", supervisor.get_full_name())
    assert paper.number in told.reason
    assert "صدر خطأ" in told.reason


def test_who_holds_it_is_told_once_that_it_was_revoked_and_not_why(
    client: Client, here: Office, paper: IssuedDocument, supervisor: User
) -> None:
    client.force_login(supervisor)
    address = reverse("requests:revoke", args=[here.case.public_id, paper.public_id])

    for _press in range(2):
        client.post(address, {"reason": "صدر خطأ"})

    (notice,) = Notice.objects.filter(event="revoked", channel="sms")
    assert notice.recipient == here.case.applicant_mobile
    assert here.case.number in notice.text
    assert "صدر خطأ" not in notice.text


def test_it_is_revoked_once(here: Office, paper: IssuedDocument, supervisor: User) -> None:
    revoke(paper, by=supervisor, reason="الأول")

    with pytest.raises(NotIssued):
        revoke(IssuedDocument.objects.get(), by=supervisor, reason="الثاني")
    assert IssuedDocument.objects.get().revoked_reason == "الأول"


PEOPLE: dict[str, tuple[int, Any]] = {
    "clerk of the office": (403, lambda here: here.clerk),
    "auditor of the office": (403, lambda here: UserFactory(auditor=True, departments=[here.unit])),
    "supervisor of the office": (200, lambda here: UserFactory(supervisor=True, departments=[here.unit])),
    "supervisor of another office": (
        404,
        lambda here: UserFactory(supervisor=True, departments=[DepartmentFactory()]),
    ),
    "editor of the office": (404, lambda here: UserFactory(editor=True, departments=[here.unit])),
    "citizen": (302, lambda here: here.case.applicant),
}


@pytest.mark.parametrize("person", PEOPLE)
def test_who_may_revoke(client: Client, here: Office, paper: IssuedDocument, person: str) -> None:
    expected, made = PEOPLE[person]
    client.force_login(made(here))
    address = reverse("requests:revoke", args=[here.case.public_id, paper.public_id])

    found = client.get(address).status_code
    # Wagtail leads who may not do something to the home page of the admin, with a message.
    assert found in {expected, 302} if expected == 403 else found == expected
    if expected != 200:
        client.post(address, {"reason": "x"})
        assert IssuedDocument.objects.get().revoked_at is None


def test_nobody_revokes_what_was_issued_to_himself(here: Office, paper: IssuedDocument, supervisor: User) -> None:
    type(here.case).objects.filter(pk=here.case.pk).update(applicant=supervisor)

    with pytest.raises(PermissionDenied):
        revoke(IssuedDocument.objects.get(), by=supervisor, reason="x")


# --- Verifying ----------------------------------------------------------------------------------------


def test_whoever_has_the_code_learns_that_it_is_valid_and_no_name(client: Client, paper: IssuedDocument) -> None:
    page = verify(client, shown(paper.code).lower())

    text = page.content.decode()
    assert page.status_code == 200
    assert "genuine and valid" in text
    assert paper.number in text
    assert paper.organisation.name["en"] in text
    assert "أ*** م*** س*** ا***" in text
    assert "أحمد" not in text
    assert "no-store" in page["Cache-Control"]


def test_one_that_is_past_its_time_is_told_so(client: Client, paper: IssuedDocument) -> None:
    IssuedDocument.objects.update(valid_until=paper.today - timedelta(days=1))

    text = verify(client, paper.code).content.decode()

    assert "no longer valid" in text
    assert "genuine and valid" not in text


def test_its_last_day_still_counts(client: Client, paper: IssuedDocument) -> None:
    IssuedDocument.objects.update(valid_until=paper.today)

    assert "genuine and valid" in verify(client, paper.code).content.decode()


def test_a_revoked_one_is_told_so_without_the_reason(client: Client, paper: IssuedDocument, supervisor: User) -> None:
    revoke(paper, by=supervisor, reason="سبب داخلي")

    text = verify(client, paper.code).content.decode()

    assert "was revoked" in text
    assert "سبب داخلي" not in text


@pytest.mark.parametrize("code", ["000000000000", "x", "7KQ2-XW0M-9T4B", "%00", "a" * 300, "١٢٣٤٥٦٧٨٩٠١٢"])
def test_every_unknown_code_gets_one_answer(client: Client, paper: IssuedDocument, code: str) -> None:
    page, control = verify(client, code), verify(client, new_code())

    assert page.status_code == control.status_code == 404
    assert _without_input(page) == _without_input(control)


def _without_input(page: Any) -> str:
    lines = page.content.decode().splitlines()
    return "\n".join(line for line in lines if "verify" not in line and "csrf" not in line and "/en/" not in line)


def test_who_asks_too_often_has_to_wait(client: Client, paper: IssuedDocument) -> None:
    answers = [verify(client, paper.code).status_code for _each in range(31)]

    assert answers == [200] * 30 + [429]


def test_a_code_that_was_typed_leads_to_its_document(client: Client, paper: IssuedDocument) -> None:
    with override("en"):
        address = reverse("verify:ask")
        answer = client.get(address, {"code": f" {shown(paper.code).lower()} "})
        assert answer.url == reverse("verify:document", args=[paper.code])
    assert client.get(address, {"code": "abc"}).status_code == 422
    assert client.get(address, {"code": ""}).status_code == 422


# --- Trying a template --------------------------------------------------------------------------------


def test_a_template_is_tried_on_a_request_one_may_see(client: Client, here: Office, supervisor: User) -> None:
    client.force_login(supervisor)
    address = reverse("paper_templates_try", args=[here.template.pk])
    foreign = ServiceRequestFactory()

    assert here.case.number in client.get(address).content.decode()
    assert client.get(address, {"number": here.case.number.lower()}).content.startswith(b"%PDF")
    refused = client.get(address, {"number": foreign.number})
    assert refused.status_code == 422
    assert foreign.applicant_name not in refused.content.decode()
    assert IssuedDocument.objects.count() == 1


def test_templates_of_another_office_are_not_there(client: Client, here: Office) -> None:
    client.force_login(UserFactory(supervisor=True, departments=[DepartmentFactory()]))

    assert client.get(reverse("paper_templates_try", args=[here.template.pk])).status_code == 404
    edit = reverse("wagtailsnippets_service_requests_documenttemplate:edit", args=[here.template.pk])
    assert client.get(edit).status_code == 404


def test_the_editor_lists_placeholders_and_refuses_those_that_mean_nothing(
    client: Client, here: Office, supervisor: User
) -> None:
    client.force_login(supervisor)
    edit = reverse("wagtailsnippets_service_requests_documenttemplate:edit", args=[here.template.pk])
    text = client.get(edit).content.decode()
    assert "{valid_until}" in text
    assert "{answer.subject}" in text

    sent = {
        "organisation": here.organisation.pk, "key": "permit", "name_ar": "ت", "name_en": "P", "title_ar": "ت",
        "title_en": "P", "body_ar": "{colour}", "body_en": "{answer.colour}", "rows-count": "0", "lifetime": "",
        "lifetime_unit": "none", "signer": "", "language": "ar", "stamp": "",
    }  # fmt: skip
    page = client.post(edit, sent).content.decode()
    assert "{colour}" in page
    assert "{answer.colour}" in page
    here.template.refresh_from_db()
    assert "applicant" in here.template.body["en"]
