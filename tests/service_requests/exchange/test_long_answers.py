"""Answers of many pages: read by applicant and desk, listed, printed, exported, and imported again unchanged."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from cms.spreadsheets.cells import LONGEST_CELL
from service_requests.documents.summary import summary_pdf
from service_requests.records.models import ServiceRequest
from services_catalog.models import ServicePage
from tests.service_requests.exchange.conftest import Table, a_case, answers, column_of

pytestmark = pytest.mark.any_database

LONG = ("هذه جملة عربية طويلة، 12 ك=س. " * 1_000)[:19_990] + " النهاية"
ROWS = [{"name": f"سعد القحطاني {'ط' * 4_000}"} for _number in range(40)]


@pytest.fixture
def case(service: ServicePage) -> ServiceRequest:
    """A text of twenty thousand signs, and rows that are longer together than a cell of Excel."""
    return a_case(service, answers=answers(details=LONG, companions=ROWS))


def test_it_is_shown_whole_to_its_applicant_and_at_the_desk(client: Client, case: ServiceRequest, desk: Client) -> None:
    at_the_desk = desk.get(reverse("requests:inspect", args=[case.public_id])).content.decode()
    listed = desk.get(reverse("requests:list"))
    client.force_login(case.applicant)
    with override("ar"):
        read = client.get(reverse("my_requests:detail", args=[case.public_id])).content.decode()

    assert listed.status_code == 200
    assert case.number in listed.content.decode()
    for page in (at_the_desk, read):
        assert LONG in page
        assert page.count("ط" * 4_000) >= len(ROWS)


def test_it_is_printed_whole(case: ServiceRequest) -> None:
    with pikepdf.open(BytesIO(summary_pdf(case, "ar"))) as paper:
        assert len(paper.pages) > 20


def test_a_cell_is_cut_where_excel_cuts_and_a_csv_holds_everything(
    case: ServiceRequest, exported: Callable[[], Table], desk: Client
) -> None:
    table = exported()
    plain = b"".join(desk.get("/admin/requests/export/", {"format": "csv"}).streaming_content).decode()  # type: ignore[arg-type]

    assert table[1][column_of(table, "details")] == LONG
    assert len(table[1][column_of(table, "companions")]) == LONGEST_CELL
    assert LONG in plain
    assert plain.count("ط" * 4_000) == len(ROWS)


@pytest.mark.usefixtures("in_english")
def test_what_was_cut_is_imported_as_unchanged_and_loses_nothing(
    case: ServiceRequest, exported: Callable[[], Table], upload: Callable[..., Any]
) -> None:
    page = upload(exported()).content.decode()

    assert "There is nothing to save" in page
    assert ServiceRequest.objects.get().answers == case.answers
