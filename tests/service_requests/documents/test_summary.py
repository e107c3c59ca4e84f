"""The summary of a request on paper."""

import io
import re
from datetime import UTC, datetime
from typing import Any

import pikepdf
import pytest
import segno
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext, override, pgettext

from forms_builder.fields import field_type
from home.accounts.models import User
from service_requests.documents.lines import lines_of
from service_requests.documents.summary import summary_pdf, summary_values
from service_requests.records.models import ServiceRequest
from tests.factories import ServicePageFactory, ServiceRequestFactory, UserFactory
from tests.forms_builder import samples
from tests.forms_builder.building import compiled
from tests.forms_builder.samples import SAMPLES
from tests.forms_builder.test_field_types import ANSWERING, answers_of, form_of

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def request_with(spec: Any, answers: dict[str, Any], **more: Any) -> ServiceRequest:
    return ServiceRequestFactory(service=ServicePageFactory(value=spec), answers=answers, **more)


def printed(values: dict[str, Any]) -> dict[str, str]:
    """Label → text of every line, line by line."""
    rows = [*values["facts"], *(row for group in values["groups"] for row in group["rows"])]
    return {row["label"]: "\n".join(_text(line) for line in row["lines"]) for row in rows}


def _text(line: dict[str, Any]) -> str:
    return "".join(run["text"] for run in line["runs"])


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("type_", ANSWERING)
def test_every_kind_of_answer_is_printed_as_it_is_shown(type_: str, language: str) -> None:
    spec = form_of(type_)
    field = spec.field("q")
    assert field is not None
    with override(language):
        shown = str(field_type(type_).as_html(field, SAMPLES[type_][1], language))
        values = summary_values(request_with(spec, answers_of(type_)), language)

    expected = "\n".join(_text(line.as_values()) for line in lines_of(shown))
    assert expected
    assert printed(values)[field.label[language]] == expected


@pytest.mark.parametrize("language", ["ar", "en"])
def test_it_is_a_tagged_document_in_the_readers_language_with_its_fonts(language: str) -> None:
    case = request_with(form_of("group"), answers_of("group"))

    with pikepdf.open(io.BytesIO(summary_pdf(case, language))) as paper:
        assert str(paper.Root.Lang) == language
        assert paper.Root.MarkInfo.Marked
        fonts = {str(font.BaseFont) for page in paper.pages for font in page.resources.Font.values()}
        assert fonts
        assert all("+Diwan" in font for font in fonts)


def test_it_names_number_body_service_and_both_dates() -> None:
    moment = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
    case = request_with(form_of("yes_no"), answers_of("yes_no"), submitted_at=moment)

    with override("ar"):
        values = summary_values(case, "ar")

    told = printed(values)
    assert told["رقم الطلب"] == case.number
    assert "1448" in told["تاريخ التقديم"]
    assert "2026" in told["تاريخ التقديم"]
    assert values["body"] == case.organisation.name["ar"]
    assert values["title"] == case.service.title


@pytest.mark.parametrize("language", ["ar", "en"])
def test_it_says_in_words_where_the_request_stands(language: str) -> None:
    case = request_with(form_of("yes_no"), answers_of("yes_no"), stage="waiting")

    with override(language):
        told = printed(summary_values(case, language))[pgettext("of a request", "Status")]
        assert told == case.citizens_status == gettext("Action needed from you")


@pytest.mark.parametrize(("language", "month", "hijri"), [("ar", "نوفمبر", "هـ"), ("en", "November", "AH")])
@time_machine.travel("2026-11-20T09:00:00+00:00", tick=False)
def test_every_date_of_its_own_stands_in_both_calendars(language: str, month: str, hijri: str) -> None:
    moment = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
    case = request_with(form_of("yes_no"), answers_of("yes_no"), submitted_at=moment)

    with override(language):
        values = summary_values(case, language)
        submitted = printed(values)[gettext("Submitted")]

    for told in (submitted, values["printed"]):
        assert month in told
        assert hijri in told
        assert "1448" in told


def drawn_squares(svg: str) -> list[list[int]]:
    """The squares of a code as its picture draws them: strokes of one line height, from left to right."""
    size = int(re.findall(r'width="(\d+)"', svg)[0])
    squares = [[0] * size for _row in range(size)]
    x = y = 0.0
    for command, numbers in re.findall(r"([Mmh])([-0-9. ]+)", re.findall(r' d="([^"]+)"', svg)[0]):
        steps = [float(number) for number in numbers.split()]
        if command == "h":
            for place in range(int(x), int(x + steps[0])):
                squares[int(y)][place] = 1
            x += steps[0]
        else:
            x, y = (steps[0], steps[1]) if command == "M" else (x + steps[0], y + steps[1])
    return squares


@pytest.mark.parametrize(("of_a_guest", "name"), [(False, "my_requests:detail"), (True, "my_requests:follow")])
def test_its_code_leads_back_to_the_request(of_a_guest: bool, name: str, settings: Any) -> None:
    settings.WAGTAILADMIN_BASE_URL = "https://portal.example"
    applicant = UserFactory(guest=True) if of_a_guest else UserFactory(citizen=True)
    case = request_with(form_of("yes_no"), answers_of("yes_no"), applicant=applicant)

    svg = summary_values(case, "ar")["qr"]

    with override("ar"):
        address = "https://portal.example" + reverse(name, args=[] if of_a_guest else [case.public_id])
    assert drawn_squares(svg) == [list(row) for row in segno.make(address, error="m").matrix]
    assert drawn_squares(svg) != [list(row) for row in segno.make(address[:-1] + "x", error="m").matrix], "the control"


def test_a_letter_that_no_font_has_does_not_keep_anybody_from_his_summary() -> None:
    case = request_with(form_of("short_text"), {"parent": "a", "q": "emoji \U0001f600 中文"})

    assert summary_pdf(case, "ar").startswith(b"%PDF")


def test_what_a_person_typed_is_never_read_as_typesetting() -> None:
    case = request_with(form_of("short_text"), {"parent": "a", "q": '#panic("x") $ = [ ] \\ "'})

    assert summary_pdf(case, "en").startswith(b"%PDF")


def test_a_long_summary_goes_on_over_pages() -> None:
    fields = [samples.field("long_text", f"q{number}") for number in range(60)]
    case = request_with(compiled(samples.step("first", *fields)), {f"q{n}": "نص طويل. " * 200 for n in range(60)})

    with pikepdf.open(io.BytesIO(summary_pdf(case, "ar"))) as paper:
        assert len(paper.pages) > 10


@time_machine.travel("2026-11-21T23:30:00+00:00", tick=False)
def test_the_day_of_printing_is_the_portals() -> None:
    with override("en"):
        values = summary_values(request_with(form_of("yes_no"), answers_of("yes_no")), "en")

    assert "22 November 2026" in values["printed"]


def test_a_citizen_opens_his_own(client: Client, citizen: User) -> None:
    case = ServiceRequestFactory(applicant=citizen)
    client.force_login(citizen)

    response = client.get(reverse("my_requests:summary", args=[case.public_id]))

    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    assert "no-store" in response["Cache-Control"]
    assert response.content.startswith(b"%PDF")


def test_staff_alone_read_what_is_worked_with_behind_the_form(client: Client) -> None:
    hidden = samples.field("computed", "total", operation="sum", operands=["1", "2"], hidden=True)
    spec = compiled(samples.step("first", samples.field("short_text", "q"), hidden))
    case = request_with(spec, {"q": "x", "total": 3})
    label = spec.steps[0].fields[1].label["en"]

    with override("en"):
        assert label not in printed(summary_values(case, "en"))
        assert printed(summary_values(case, "en", for_staff=True))[label] == "3"
    client.force_login(UserFactory(clerk=True, departments=[case.department]))
    assert client.get(reverse("requests:summary", args=[case.public_id])).content.startswith(b"%PDF")
