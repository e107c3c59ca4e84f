"""An outcome that issues a document: one paper, numbered, frozen, with the move or not at all."""

import hashlib
import io
import re
from datetime import date
from typing import Any

import pikepdf
import pytest
import segno
import time_machine
from django.urls import reverse
from django.utils.translation import override

from home.accounts.models import User
from service_requests.documents.codes import ALPHABET, LENGTH, new_code, read, shown
from service_requests.documents.issuing import facts_of
from service_requests.documents.models import DocumentTemplate, IssuedDocument
from service_requests.documents.paper import Pictures, address_of, paper_pdf, valid_until, values_of
from service_requests.documents.typesetting import qr_of
from service_requests.history.tellings import tell_request, timeline_of
from service_requests.records.models import ServiceRequest
from service_requests.workflow.actions import NotPossible, choose, move_many
from services_catalog.organisations.models import Role
from tests.factories import MembershipFactory, UserFactory
from tests.service_requests.documents.offices import Office, office

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def row(value: str) -> list[tuple[str, dict[str, Any]]]:
    return [("row", {"label": {"ar": "القيمة", "en": "Value"}, "value": value})]


def issued(here: Office, case: ServiceRequest | None = None) -> IssuedDocument:
    case = case or here.case
    choose(case, "grant", by=here.clerk)
    return IssuedDocument.objects.get(request=case)


def words(values: dict[str, Any], language: str = "ar") -> str:
    """Everything a sheet prints, as one text."""
    sheet = next(sheet for sheet in values["sheets"] if sheet["language"] == language)
    lines = [*sheet["text"], *(line for pair in (*sheet["facts"], *sheet["rows"]) for line in pair["lines"])]
    return "\n".join("".join(run["text"] for run in line["runs"]) for line in lines)


# --- Issuing ------------------------------------------------------------------------------------------


def test_the_approval_issues_a_numbered_document_to_the_applicant() -> None:
    here = office()

    paper = issued(here)

    assert paper.number == f"{here.organisation.number_prefix}-{paper.year}-D000001"
    assert (paper.holder, paper.issued_by, paper.signer_name) == ("أحمد محمد سالم اليامي", here.clerk, "خالد الموظف")
    assert paper.history.get().history_user == here.clerk
    assert here.case.stage_key == "granted"


def test_numbers_of_documents_follow_one_another_and_leave_those_of_requests_alone() -> None:
    here = office()

    first, second = issued(here), issued(here, here.another())

    assert (first.serial, second.serial) == (1, 2)
    assert first.number != here.case.number


def test_a_second_document_of_a_kind_revokes_the_first_and_says_so_there() -> None:
    here = office()
    elsewhere = issued(here, here.another())
    first = issued(here)
    ServiceRequest.objects.filter(pk=here.case.pk).update(stage_key="new", status="submitted")

    choose(ServiceRequest.objects.get(pk=here.case.pk), "grant", by=here.clerk)

    second = IssuedDocument.objects.filter(request=here.case).latest("pk")
    first.refresh_from_db()
    elsewhere.refresh_from_db()
    assert (first.revoked_by, first.is_valid, second.is_valid, elsewhere.is_valid) == (here.clerk, False, True, True)
    assert second.number in first.revoked_reason
    assert first.history.first().history_user == here.clerk


def test_an_outcome_that_issues_nothing_issues_nothing() -> None:
    here = office()

    choose(here.case, "reject", by=here.clerk, note="لا يستوفي الشروط")

    assert not IssuedDocument.objects.exists()


def test_without_its_template_the_request_stays_where_it_is() -> None:
    here = office()
    here.template.delete()

    with pytest.raises(NotPossible, match="permit"):
        choose(here.case, "grant", by=here.clerk)

    assert ServiceRequest.objects.get(pk=here.case.pk).stage_key == "new"


def test_a_number_that_could_not_be_used_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    here = office()

    def broken(*args: Any) -> bytes:
        raise OSError("disk full")

    with monkeypatch.context() as patched:
        patched.setattr("service_requests.documents.issuing.paper_pdf", broken)
        with pytest.raises(OSError, match="disk full"):
            choose(here.case, "grant", by=here.clerk)

    assert ServiceRequest.objects.get(pk=here.case.pk).stage_key == "new"
    assert issued(here, ServiceRequest.objects.get(pk=here.case.pk)).serial == 1


def test_of_many_requests_none_gets_a_document_and_each_is_told_why() -> None:
    here = office()

    done = move_many([here.case.pk, here.another().pk], "grant", by=here.clerk, note="دفعة")

    assert done.changed == 0
    assert len({refusal.why for refusal in done.refused}) == 1
    assert not IssuedDocument.objects.exists()


def test_a_form_that_does_not_ask_what_the_template_prints_is_told() -> None:
    here = office(rows=row("{answer.colour}"))

    with pytest.raises(NotPossible, match="colour"):
        choose(here.case, "grant", by=here.clerk)


# --- Who signs ----------------------------------------------------------------------------------------


def _director(here: Office) -> User:
    director = UserFactory(clerk=True, full_name="منى المديرة")
    MembershipFactory(user=director, department=here.unit, role=Role.objects.get(key="director"))
    return director


def _signed_by_the_director(**template: Any) -> Office:
    role, _made = Role.objects.get_or_create(key="director", defaults={"name": {"ar": "المدير", "en": "Director"}})
    return office(signer=role, **template)


def test_only_who_holds_the_post_that_signs_may_issue() -> None:
    here = _signed_by_the_director()

    with pytest.raises(NotPossible, match=str(here.template.signer)):
        choose(here.case, "grant", by=here.clerk)


def test_name_and_post_of_the_signer_are_printed() -> None:
    here = _signed_by_the_director(body={"ar": "وقعه {signer}، {post}", "en": "Signed: {signer}, {post}"})
    director = _director(here)

    choose(here.case, "grant", by=director)

    paper = IssuedDocument.objects.get()
    assert "منى المديرة" in words(paper.values)
    assert paper.signer_post == Role.objects.get(key="director").name


# --- What it says -------------------------------------------------------------------------------------


@time_machine.travel("2026-11-20T09:00:00+00:00", tick=False)
def test_placeholders_are_filled_with_request_answers_and_both_calendars() -> None:
    body = "{number} {applicant} {identity} {service} {organisation} {department} {issued_hijri} {issued_gregorian}"
    here = office(body={"ar": f"{body} {{valid_until}} {{document_number}}", "en": "x"})

    paper = issued(here)

    said, case = words(paper.values), here.case
    for part in (case.number, case.applicant_name, case.applicant_identity, here.organisation.name["ar"], paper.number):
        assert part in said
    assert "10 جمادى الآخرة 1448هـ" in said
    assert "20 نوفمبر 2026م" in said
    assert "19 نوفمبر 2027م" in said
    assert "محل في الحي الشرقي" in said


def test_what_a_citizen_wrote_is_neither_a_placeholder_nor_typesetting() -> None:
    here = office()
    ServiceRequest.objects.filter(pk=here.case.pk).update(answers={"subject": "{number} #panic() $x$"})

    paper = issued(here, ServiceRequest.objects.get(pk=here.case.pk))

    assert "{number} #panic() $x$" in words(paper.values)


def test_an_answer_that_was_not_given_is_a_dash() -> None:
    here = office(rows=row("{answer.details}"))

    assert words(issued(here).values).endswith("—")


@pytest.mark.parametrize(
    ("unit", "length", "issued_on", "last"),
    [
        ("none", None, date(2026, 1, 31), None),
        ("days", 1, date(2026, 1, 31), date(2026, 1, 31)),
        ("days", 30, date(2026, 1, 1), date(2026, 1, 30)),
        ("months", 1, date(2026, 1, 31), date(2026, 2, 27)),
        ("months", 12, date(2026, 11, 20), date(2027, 11, 19)),
        ("months", 12, date(2028, 2, 29), date(2029, 2, 27)),
    ],
)
def test_the_last_day_is_the_one_before_the_same_day_again(
    unit: str, length: int | None, issued_on: date, last: date | None
) -> None:
    assert valid_until(DocumentTemplate(lifetime_unit=unit, lifetime=length), issued_on) == last


# --- The paper ----------------------------------------------------------------------------------------


def test_it_is_a_tagged_document_in_its_language_with_our_fonts() -> None:
    paper = issued(office())

    with pikepdf.open(io.BytesIO(paper.file.read())) as drawn:
        assert str(drawn.Root.Lang) == "ar"
        assert drawn.Root.MarkInfo.Marked
        assert len(drawn.pages) == 1
        fonts = {str(font.BaseFont) for page in drawn.pages for font in page.resources.Font.values()}
        assert all("+Diwan" in font for font in fonts)


@pytest.mark.parametrize(("language", "sheets"), [("applicant", ["ar"]), ("en", ["en"]), ("all", ["ar", "en"])])
def test_it_is_printed_in_the_language_of_the_template(language: str, sheets: list[str]) -> None:
    paper = issued(office(language=language))

    assert [sheet["language"] for sheet in paper.values["sheets"]] == sheets
    with pikepdf.open(io.BytesIO(paper.file.read())) as drawn:
        assert len(drawn.pages) == len(sheets)


def test_the_same_values_give_the_same_bytes() -> None:
    paper = issued(office())
    kept = paper.file.read()

    assert paper_pdf(IssuedDocument.objects.get().values, Pictures()) == kept
    assert hashlib.sha256(kept).hexdigest() == paper.sha256


def test_it_stays_the_same_when_template_form_and_names_change_or_go() -> None:
    here = office()
    paper = issued(here)
    kept = paper.file.read()
    here.template.title = {"ar": "غير ذلك", "en": "Something else"}
    here.template.save()
    User.objects.filter(pk=here.clerk.pk).update(full_name="غيره")
    here.template.delete()

    paper = IssuedDocument.objects.get()

    assert paper.template is None
    assert paper.title == "تصريح مزاولة"
    assert paper.file.read() == kept
    assert paper_pdf(paper.values, Pictures()) == kept


def test_the_qr_holds_the_address_where_it_is_verified() -> None:
    paper = issued(office())

    with override("ar"):
        address = "http://127.0.0.1:8000" + reverse("verify:document", args=[paper.code])
    assert address_of(paper.code) == address
    assert paper.values["qr"] == qr_of(address)
    # The picture is the matrix of that address: as many dark squares as rows of runs draw.
    matrix = segno.make(address, error="m").matrix
    runs = re.findall(r"h(\d+)", paper.values["qr"])
    assert sum(map(int, runs)) == sum(sum(line) for line in matrix)


def test_a_specimen_has_neither_number_nor_code_and_is_marked() -> None:
    here = office()

    values = values_of(here.template, here.case, facts_of(here.template, here.case, by=here.clerk))

    assert (values["number"], values["code"], values["qr"]) == ("", "", "")
    assert values["sheets"][0]["specimen"]
    assert paper_pdf(values, Pictures()).startswith(b"%PDF")
    assert not IssuedDocument.objects.exists()


# --- Codes --------------------------------------------------------------------------------------------


def test_codes_are_long_random_and_read_as_they_are_typed() -> None:
    codes = {new_code() for _each in range(200)}

    assert len(codes) == 200
    assert all(len(code) == LENGTH and set(code) <= set(ALPHABET) for code in codes)
    assert {read(shown(code).lower().replace("0", "o").replace("1", "l")) for code in codes} == codes


@pytest.mark.parametrize(
    "typed", ["", "x", "7KQ2-XW0M-9T4", "7KQ2-XW0M-9T4BB", "U" * 12, "7KQ2-XW0M-9T4!", "\x00" * 12]
)
def test_what_can_be_no_code_is_none(typed: str) -> None:
    assert read(typed) == ""


# --- History ------------------------------------------------------------------------------------------


def test_the_history_of_the_request_tells_that_a_document_was_issued() -> None:
    here = office()
    issued(here)

    with override("en"):
        told = tell_request(list(timeline_of(here.case)), None)

    assert "A document was issued" in told[0].title
