"""Whether an XLSX file may be opened at all. Called before openpyxl sees it.

An XLSX file is a ZIP archive of XML. A small one can unpack to gigabytes, and a parser pays for every
element, so both are counted while unpacking in pieces, before anything is parsed.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

MOST_PARTS = 2_000
# Since the last row or text began: the parser holds such a piece whole.
MOST_ELEMENTS_AT_ONCE = 100_000


@dataclass(frozen=True)
class Limits:
    """How much may come out of a workbook."""

    unpacked: int = 40 * 1024 * 1024
    elements: int = 1_000_000


_PIECE = 1024 * 1024
_LONGEST_NAME = 100

_CONTENTS = "[Content_Types].xml"
_ELEMENT = re.compile(rb"<(?=[^/!?])(?:[^\s<>/:]{1,40}:)?(row\b|si\b)?")
# A parser would read these otherwise than they are counted here.
_OTHER_ENCODINGS = (b"\xff\xfe", b"\xfe\xff", b"\x00<", b"<\x00")
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError)


class WorkbookError(ValueError):
    """Not a workbook that may be opened."""


class NotAWorkbookError(WorkbookError):
    """Whatever its name says, it is no XLSX file, or a broken or locked one."""


class TooLargeError(WorkbookError):
    """It would unpack to more than a file for an import can be."""


def check(content: bytes, limits: Limits) -> None:
    """Let a workbook pass that is one and stays small when unpacked.

    Raises:
        WorkbookError: saying which of the two it is not.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            parts = package.infolist()
            if _CONTENTS not in package.namelist():
                raise NotAWorkbookError
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > limits.unpacked:
                raise TooLargeError
            _count(package, parts, limits)
    except _BROKEN as broken:
        raise NotAWorkbookError from broken


def _count(package: zipfile.ZipFile, parts: list[zipfile.ZipInfo], limits: Limits) -> None:
    unpacked = elements = 0
    for part in parts:
        at_once = 0
        for piece in _pieces(package, part):
            # The directory of an archive may lie about sizes: what counts is what comes out.
            unpacked += len(piece)
            for element in _ELEMENT.finditer(piece):
                elements += 1
                at_once = 0 if element[1] else at_once + 1
                if at_once > MOST_ELEMENTS_AT_ONCE:
                    raise TooLargeError
            if unpacked > limits.unpacked or elements > limits.elements:
                raise TooLargeError


def _pieces(package: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The part unpacked in pieces, cut so that no name of an element is torn."""
    with package.open(part) as stream:
        rest = b""
        while read := stream.read(_PIECE):
            piece = rest + read
            if piece.startswith(_OTHER_ENCODINGS) or _DECLARATION.search(piece):
                raise NotAWorkbookError
            cut = piece.rfind(b"<", -_LONGEST_NAME)
            rest = piece[cut:] if cut > 0 else b""
            yield piece[:cut] if cut > 0 else piece
        yield rest
