"""The two file formats of an exchange, CSV and XLSX, as formats of django-import-export.

Both write row by row and read into a Dataset whose last column says in which row of the spreadsheet
a record stands, so that errors can name the row people see. Reading expects hostile files.
"""

import codecs
import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO, StringIO
from typing import IO, Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from import_export.formats import base_formats
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from tablib import Dataset

from cms.spreadsheets import packages
from cms.spreadsheets.cells import LONGEST_CELL, as_text, inert, printable, undone

MOST_ROWS = 1_000
MOST_COLUMNS = 512
LARGEST_FILE = 5 * 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """How large a file may be.

    Attributes:
        lines: rows without content are not counted as records; a sheet of a million of them is still not walked.
    """

    rows: int = MOST_ROWS
    lines: int = 20_000
    size: int = LARGEST_FILE
    package: packages.Limits = packages.Limits()  # noqa: RUF009 -- a frozen value


LIMITS = Limits()

# Name of the column that carries the row of the spreadsheet. No heading can be read as this.
LINE = "\x00line"

# Added to the number of a row with more cells than there are headings.
TORN = "+"

# What a cell with a formula is read as: a marker that no cell can hold, because reading drops control characters.
FORMULA = "\x00formula"

_ZIP = b"PK\x03\x04"
# Old Excel files, and new ones locked with a password.
_COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")
_DELIMITERS = ",;\t"

Row = Sequence[str]


class CSV(base_formats.CSV):
    """Text in UTF-8 with a mark at its beginning, by which Excel recognises Arabic."""

    CONTENT_TYPE = "text/csv; charset=utf-8"
    key: ClassVar[str] = "csv"

    def stream(self, headers: Row, rows: Iterable[Row]) -> Iterator[bytes]:
        """The file in pieces, as rows arrive."""
        writer = csv.writer(_Passed())
        yield codecs.BOM_UTF8
        yield writer.writerow([inert(printable(cell)) for cell in headers])
        for row in rows:
            yield writer.writerow([inert(printable(cell)) for cell in row])

    def create_dataset(self, in_stream: bytes, **kwargs: Any) -> Dataset:
        """The records of a file in UTF-8, UTF-16 or Windows-1256, whatever separates its cells."""
        text = _decoded(in_stream)
        lines = _lines(text)
        try:
            cleaned = ((number, [undone(printable(cell)) for cell in cells]) for number, cells in lines)
            return _dataset(cleaned, kwargs.get("limits", LIMITS))
        except csv.Error as error:
            raise ValidationError(
                _("This file cannot be read as a table. Save it again as CSV or XLSX and upload it."), code="broken"
            ) from error


class XLSX(base_formats.XLSX):
    """A workbook of one sheet in which every cell is text: nothing is calculated and no zero is lost."""

    key: ClassVar[str] = "xlsx"

    def write(self, headers: Row, rows: Iterable[Row], into: IO[bytes], *, right_to_left: bool = False) -> None:
        """Write the file row by row."""
        book = Workbook(write_only=True)
        sheet = book.create_sheet(title="Diwan")
        sheet.sheet_view.rightToLeft = right_to_left
        sheet.freeze_panes = "B2"
        for column in range(1, len(headers) + 1):
            sheet.column_dimensions[get_column_letter(column)].width = 24
        bold = Font(bold=True)
        sheet.append([_text_cell(sheet, cell, bold) for cell in headers])
        for row in rows:
            sheet.append([_text_cell(sheet, cell) for cell in row])
        book.save(into)

    def create_dataset(self, in_stream: bytes, **kwargs: Any) -> Dataset:
        """The records of the sheet that was in front when the workbook was saved."""
        try:
            limits = kwargs.get("limits", LIMITS)
            packages.check(in_stream, limits.package)
            return self._read(in_stream, limits)
        except packages.TooLargeError as refused:
            raise ValidationError(
                _("This workbook is too large when opened. Divide it into smaller files."), code="too_large"
            ) from refused
        except ValidationError:
            raise
        # A broken workbook raises whatever the parser stumbles over.
        except Exception as refused:
            raise ValidationError(not_a_workbook(), code="not_a_workbook") from refused

    def _read(self, content: bytes, limits: Limits) -> Dataset:
        book = load_workbook(BytesIO(content), read_only=True, data_only=False, keep_links=False)
        try:
            sheet = book.active or book.worksheets[0]
            # The size a file states is not always its size.
            sheet.reset_dimensions()
            rows = enumerate(sheet.iter_rows(), start=1)
            # One cell more than is taken tells that there are too many.
            read_rows = ((number, [_read_cell(cell) for cell in row[: MOST_COLUMNS + 1]]) for number, row in rows)
            return _dataset(read_rows, limits)
        finally:
            book.close()


FORMATS: dict[str, type[CSV] | type[XLSX]] = {CSV.key: CSV, XLSX.key: XLSX}


def read(name: str, content: bytes, limits: Limits = LIMITS) -> Dataset:
    """The records of an uploaded file. Its content decides what it is, not its name.

    Raises:
        ValidationError: saying what to do with the file.
    """
    if not content:
        raise ValidationError(_("This file is empty. Choose the file you edited."), code="empty")
    if len(content) > limits.size:
        raise ValidationError(
            _("This file is larger than %(megabytes)d MB. Divide it into smaller files.")
            % {"megabytes": limits.size // 1024**2},
            code="too_large",
        )
    if content.startswith(_ZIP) or name.lower().endswith((".xlsx", ".xlsm")):
        return XLSX().create_dataset(content, limits=limits)
    if content.startswith(_COMPOUND):
        raise ValidationError(
            _("This is an old Excel file, or one with a password. Save it as XLSX without a password and upload it."),
            code="old_workbook",
        )
    return CSV().create_dataset(content, limits=limits)


def not_a_workbook() -> str:
    return _("This file is not an Excel workbook, although its name says so. Save it as XLSX or CSV and upload it.")


class _Passed:
    """A file that hands each line on instead of keeping it."""

    def write(self, line: str) -> bytes:
        return line.encode()


def _text_cell(sheet: Any, text: str, font: Font | None = None) -> Any:
    cell = WriteOnlyCell(sheet, value=printable(text)[:LONGEST_CELL])
    # openpyxl takes a text that begins with an equals sign for a formula.
    cell.data_type = "s"
    # As text a cell stays text when somebody edits it.
    cell.number_format = "@"
    if font:
        cell.font = font
    return cell


def _read_cell(cell: Any) -> str:
    if cell.data_type == "f":
        return FORMULA
    return printable(as_text(cell.value))


def _decoded(content: bytes) -> str:
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"), (b"", "utf-8-sig")):
        if content.startswith(mark):
            try:
                text = content.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    else:
        # What Excel in Arabic writes for "CSV". It has a letter for nearly every byte, so it comes last.
        text = content.decode("cp1256", errors="replace")
    if "\x00" in text:
        raise ValidationError(
            _("This file is neither a workbook nor a table of text. Save it as XLSX or CSV and upload it."),
            code="not_text",
        )
    return text


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """(number of the row, its cells). Excel's own first line `sep=;` is an instruction and no row."""
    first, _newline, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:
        delimiter, text = first.strip()[4], rest
    else:
        delimiter = _delimiter(text)
    yield from enumerate(csv.reader(StringIO(text, newline=""), delimiter=delimiter), start=1)


def _delimiter(text: str) -> str:
    """The sign that divides the first line into most cells."""
    first = text.lstrip().partition("\n")[0]
    widths = {sign: len(next(csv.reader([first], delimiter=sign), [])) for sign in _DELIMITERS}
    return max(widths, key=lambda sign: widths[sign])


def _dataset(lines: Iterable[tuple[int, list[str]]], limits: Limits) -> Dataset:
    """Headings and records as a Dataset; rows without content are left out.

    Raises:
        ValidationError: when there are none, or more than an import takes.
    """
    dataset: Dataset | None = None
    width = 0
    for number, cells in lines:
        if number > limits.lines:
            raise ValidationError(too_many_rows(limits.rows), code="too_many_rows")
        if not any(cell.strip() for cell in cells):
            continue
        if dataset is None:
            headings = _trimmed(cells)
            width = len(headings)
            if width > MOST_COLUMNS:
                raise ValidationError(
                    _("This file has more than %(most)d columns. Delete those you did not edit.")
                    % {"most": MOST_COLUMNS},
                    code="too_many_columns",
                )
            dataset = Dataset(headers=[*headings, LINE])
            continue
        if len(dataset) >= limits.rows:
            raise ValidationError(too_many_rows(limits.rows), code="too_many_rows")
        torn = any(cell.strip() for cell in cells[width:])
        dataset.append([*(cells + [""] * width)[:width], f"{number}{TORN}" if torn else str(number)])
    if not dataset:
        raise ValidationError(
            _("This file has no rows below its headings. Choose the file you edited."), code="no_rows"
        )
    return dataset


def too_many_rows(most: int) -> str:
    return _("This file has more than %(most)d rows. Divide it into smaller files.") % {"most": most}


def _trimmed(cells: list[str]) -> list[str]:
    """Headings without the empty ones at the end."""
    while cells and not cells[-1].strip():
        cells = cells[:-1]
    return cells
