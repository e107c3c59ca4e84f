"""A text in a cell is a text: nothing in a file that leaves the office runs."""

import csv
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook

from cms.spreadsheets.cells import inert, printable, same, undone
from cms.spreadsheets.formats import CSV, XLSX, read

PAYLOADS = [
    "=1+1", "=cmd|' /C calc'!A0", '=HYPERLINK("http://evil.example","x")', "=IMPORTXML(1)", "=DDE()", "=@SUM(1)",
    "+1+1", "+966501234567", "+cmd|' /C calc'!A0", "-1+1", "-2", "-cmd|' /C calc'!A0", "@SUM(1)", "@A1",
    "\t=1+1", "\tplain", "\r=1+1", "\n=1+1", "\r\n=1+1", "'=1+1", "''=1+1", "'+1", "'\t1",
    "＝1+1", "＋1", "－1", "＠SUM(1)",
]  # fmt: skip
STARTS = tuple("=+-@\t\r\n＝＋－＠")


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_csv_cell_begins_like_a_formula(payload: str):
    content = b"".join(CSV().stream(["number", payload], [["A-1", payload]]))

    header, row = csv.reader(StringIO(content.decode("utf-8-sig"), newline=""))
    assert not header[1].startswith(STARTS)
    assert not row[1].startswith(STARTS)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_every_xlsx_cell_is_a_text(payload: str):
    file = BytesIO()
    XLSX().write(["number", payload], [["A-1", payload]], file)

    cells = [cell for row in load_workbook(file).active.rows for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert not [cell for cell in cells if cell.data_type == "n" and cell.value is not None]
    assert cells[3].value == printable(payload)


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_an_import_reads_the_text_that_was_exported(payload: str, format: str):
    if format == "csv":
        content = b"".join(CSV().stream(["number", "text"], [["A-1", payload]]))
    else:
        file = BytesIO()
        XLSX().write(["number", "text"], [["A-1", payload]], file)
        content = file.getvalue()

    dataset = read(f"x.{format}", content)

    assert dataset["text"] == [printable(payload)]


@pytest.mark.parametrize("text", ["plain", "'quoted'", "عربي", "", "a=1", "1-2"])
def test_harmless_texts_are_left_alone(text: str):
    assert inert(text) == text
    assert undone(text) == text


def test_characters_no_spreadsheet_takes_are_dropped():
    assert printable("a\x00b\x0bc\x1fd\x7fe\ud800f\ufffeg\r\nh\ti") == "abcdefg\nh\ti"


def test_a_cell_cut_by_excel_still_says_the_same():
    assert same("x" * 32_767, "x" * 40_000)
    assert not same("x" * 100, "x" * 40_000)


def test_csv_begins_with_the_mark_by_which_excel_reads_arabic():
    content = b"".join(CSV().stream(["number"], [["عربي"]]))

    assert content.startswith(b"\xef\xbb\xbf")
    assert content.endswith("عربي\r\n".encode())
