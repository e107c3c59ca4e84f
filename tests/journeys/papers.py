"""Papers a citizen has on his phone, good ones and bad ones; and the one that the portal gives him."""

import io
from pathlib import Path

import pikepdf
from PIL import Image

from tests.journeys.browsing import Window


def letter(folder: Path, name: str = "letter.pdf") -> Path:
    target = folder / name
    with pikepdf.new() as document:
        document.add_blank_page(page_size=(595, 842))
        document.save(target)
    return target


def photo(folder: Path, name: str = "identity.png") -> Path:
    target = folder / name
    Image.new("RGB", (320, 200), "#0b5c5a").save(target)
    return target


def empty(folder: Path, name: str = "empty.pdf") -> Path:
    target = folder / name
    target.touch()
    return target


def pretender(folder: Path, name: str = "program.pdf") -> Path:
    """A program that calls itself a letter."""
    target = folder / name
    target.write_bytes(b"MZ\x90\x00" + b"\x00" * 4096)
    return target


def too_big(folder: Path, name: str = "scan.pdf") -> Path:
    """Six megabytes where five are allowed, and otherwise a letter."""
    target = letter(folder, name)
    with target.open("ab") as file:
        file.write(b"%" + b" " * (6 * 1024 * 1024))
    return target


def is_the_summary(window: Window) -> None:
    """The paper opens from the page of the request."""
    address = window.page.locator("main a[href$='/summary.pdf']").get_attribute("href")
    answer = window.page.context.request.get(f"{window.site}{address}")
    assert answer.ok, address
    with pikepdf.open(io.BytesIO(answer.body())) as paper:
        assert str(paper.Root.Lang) == "ar"
