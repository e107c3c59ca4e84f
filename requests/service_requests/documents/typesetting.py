"""Values into a PDF, by typst and with our own fonts. Nothing that a person wrote is read as markup."""

import io
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import segno
import typst

if TYPE_CHECKING:
    from typst import PDFStandard

_HERE = Path(__file__).parent
# Readable by a screen reader, and by whoever opens it in many years.
_STANDARDS: list["PDFStandard"] = ["ua-1"]


def drawn(source: str, values: Mapping[str, Any]) -> bytes:
    """The document that the typst file `source` makes of these values: the same bytes for the same values."""
    try:
        return _compiled(source, values, _STANDARDS)
    except typst.TypstError:
        # The standard refuses a letter that no font of ours has. The person gets his document all the same.
        return _compiled(source, values, None)


def qr_of(address: str) -> str:
    """An address as a picture that phones read."""
    out = io.BytesIO()
    segno.make(address, error="m").save(out, kind="svg", border=0, xmldecl=False, svgns=True)
    return out.getvalue().decode()


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(_HERE / "fonts")])


def _compiled(source: str, values: Mapping[str, Any], standards: "list[PDFStandard] | None") -> bytes:
    document = typst.compile(
        str(_HERE / source),
        root=str(_HERE),
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(values, ensure_ascii=False)},
        pdf_standards=standards,
    )
    assert isinstance(document, bytes)  # one document in, one out
    return document
