"""Uploaded files are read rightly, or refused in words, and never at the cost of the server."""

import io
import tracemalloc
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from cms.spreadsheets import formats
from cms.spreadsheets.formats import FORMULA, LINE, read
from tests.service_requests.exchange.conftest import xlsx

ARABIC = "number · رقم الطلب,name · الاسم\r\nNJR-1,نورة\r\n"


@pytest.mark.parametrize(
    "content",
    [
        ARABIC.encode(),
        ARABIC.encode("utf-8-sig"),
        ARABIC.encode("cp1256"),
        ARABIC.encode("utf-16"),
        ARABIC.replace(",", ";").encode(),
        ARABIC.replace(",", "\t").encode("utf-16"),
        ("sep=;\r\n" + ARABIC.replace(",", ";")).encode(),
        ARABIC.replace("\r\n", "\n").encode(),
    ],
    ids=["utf-8", "utf-8 with mark", "windows-1256", "utf-16", "semicolon", "tab", "sep line", "unix lines"],
)
def test_a_csv_is_read_whatever_wrote_it(content: bytes):
    dataset = read("edited.csv", content)

    assert dataset.headers == ["number · رقم الطلب", "name · الاسم", LINE]
    assert dataset[0] == ("NJR-1", "نورة", "2")


def test_rows_keep_the_numbers_the_spreadsheet_shows():
    rows = [["number", "text"], ["A-1", "x"], [], [], ["A-2", "y"]]

    assert read("x.xlsx", xlsx(rows))[LINE] == ["2", "5"]
    assert read("x.csv", b'number,text\nA-1,"two\nlines"\n\nA-2,y\n')[LINE] == ["2", "4"]


def test_typed_cells_are_read_as_people_see_them():
    import datetime

    rows = [["number", "a", "b", "c", "d"], ["A-1", 1000000008, 1.5, datetime.date(2026, 12, 1), True]]

    assert read("x.xlsx", xlsx(rows))[0] == ("A-1", "1000000008", "1.5", "2026-12-01", "True", "2")


def test_a_formula_in_an_uploaded_workbook_is_seen_and_not_calculated():
    assert read("x.xlsx", xlsx([["number", "text"], ["A-1", "=1+1"]]))["text"] == [FORMULA]


def not_xlsx(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in members.items():
            package.writestr(name, content)
    return file.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """A true workbook with one part replaced."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.namelist():
            new.writestr(item, part if item == name else old.read(item))
        if name not in old.namelist():
            new.writestr(name, part)
    return file.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
HEAD = b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
TAIL = b"</sheetData></worksheet>"


def with_rows(rows: bytes) -> bytes:
    return with_part(GOOD, SHEET, HEAD + rows + TAIL)


GOOD = xlsx([["number", "text"], ["A-1", "x"]])
TRUE_ROW = b'<row r="1"><c t="inlineStr"><is><t>number</t></is></c></row>'

BOMBS = {
    "a gigabyte of zeros beside the sheet": lambda: with_part(GOOD, "xl/media/x.bin", b"0" * 50_000_000),
    "a sheet of spaces": lambda: with_rows(b" " * 50_000_000),
    "millions of rows": lambda: with_rows(b"<row/>" * 1_500_000),
    "millions of cells in a row": lambda: with_part(
        GOOD, SHEET, HEAD + b"<row>" + b"<c/>" * 1_500_000 + b"</row>" + TAIL
    ),
    "cells in a row under another prefix": lambda: with_part(
        GOOD, SHEET, HEAD.replace(b"<sheetData>", b"<x:sheetData>") + b"<x:row>" + b"<x:c/>" * 900_000 + b"</x:row>"
    ),
    "millions of shared strings": lambda: with_part(
        GOOD, "xl/sharedStrings.xml", b"<sst>" + b"<si><t/></si>" * 1_500_000 + b"</sst>"
    ),
    "a million styles": lambda: with_part(
        GOOD, "xl/styles.xml", b"<styleSheet>" + b"<xf/>" * 900_000 + b"</styleSheet>"
    ),
    "entities that grow": lambda: with_part(
        GOOD, SHEET, b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + HEAD + TAIL
    ),
    "an outside entity": lambda: with_part(
        GOOD, SHEET, b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + HEAD + b"&a;" + TAIL
    ),
    "UTF-16 that hides its elements": lambda: with_part(
        GOOD, SHEET, (HEAD + b"<row/>" * 9 + TAIL).decode().encode("utf-16")
    ),
    "thousands of parts": lambda: not_xlsx({"[Content_Types].xml": b"", **{f"x{n}.xml": b"" for n in range(2_500)}}),
}
# Small and well made; what lies between is not walked.
FAR = {
    "a row far away": lambda: with_part(
        GOOD, SHEET, HEAD + TRUE_ROW + b'<row r="999999999"><c><v>1</v></c></row>' + TAIL
    ),
    "a cell far away": lambda: with_part(
        GOOD, SHEET, HEAD + TRUE_ROW + b'<row r="2"><c r="XFD2"><v>1</v></c></row>' * 900 + TAIL
    ),
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_hostile_workbook_is_refused_without_being_parsed(bomb, monkeypatch):
    parsed = []
    monkeypatch.setattr(formats, "load_workbook", lambda file, **options: parsed.append(file))

    with pytest.raises(ValidationError):
        read("edited.xlsx", bomb())

    assert parsed == []


@pytest.mark.parametrize("bomb", [*BOMBS.values(), *FAR.values()], ids=[*BOMBS, *FAR])
def test_a_hostile_workbook_is_refused_without_filling_the_memory(bomb):
    content = bomb()

    tracemalloc.start()
    with pytest.raises(ValidationError):
        read("edited.xlsx", content)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 150_000_000


NOT_WORKBOOKS = {
    "a page": b"<html><table><tr><td>number</td></tr></table></html>",
    "a csv": b"number,text\nA-1,x\n",
    "noise": bytes(range(256)) * 20,
    "an empty archive": not_xlsx({}),
    "a document": not_xlsx({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"}),
    "a torn workbook": GOOD[: len(GOOD) // 2],
    "only the sign of an archive": b"PK\x03\x04",
}


@pytest.mark.parametrize("content", NOT_WORKBOOKS.values(), ids=NOT_WORKBOOKS)
@pytest.mark.parametrize(("language", "words"), [("en", "not an Excel workbook"), ("ar", "إكسل")])
def test_a_file_that_only_claims_to_be_a_workbook_is_named_as_such(content: bytes, language: str, words: str):
    with override(language), pytest.raises(ValidationError) as refusal:
        read("edited.xlsx", content)

    assert words in refusal.value.messages[0]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("x.csv", b"", "empty"),
        ("x.xlsx", b"", "empty"),
        ("x.csv", b"\n\n  \n", "no_rows"),
        ("x.csv", b"number,text\n", "no_rows"),
        ("x.csv", bytes(range(256)) * 4, "not_text"),
        ("x.xls", bytes.fromhex("d0cf11e0a1b11ae1") + b"0" * 600, "old_workbook"),
        ("x.csv", b"a" * (5 * 1024 * 1024 + 1), "too_large"),
        ("x.csv", b"number\n" + b"A-1\n" * 1_001, "too_many_rows"),
        ("x.csv", b"number\n" + b"\n" * 30_000 + b"A-1\n", "too_many_rows"),
        ("x.csv", b",".join(b"c%d" % n for n in range(600)) + b"\nA-1\n", "too_many_columns"),
        ("x.csv", b'number,text\nA-1,"' + b"x" * 200_000 + b'"\n', "broken"),
    ],
)
def test_each_unusable_file_has_its_own_message(name: str, content: bytes, code: str):
    with pytest.raises(ValidationError) as refusal:
        read(name, content)

    assert refusal.value.code == code


def test_a_thousand_rows_are_taken():
    assert len(read("x.csv", b"number\n" + b"A-1\n" * 1_000)) == 1_000


def test_a_row_with_more_cells_than_headings_is_marked():
    assert read("x.csv", b"number,text\nA-1,x,y\n")[LINE] == ["2+"]
