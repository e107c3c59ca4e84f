"""The door for files: what comes in is what it says, and carries nothing along."""

import io

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from pikepdf import Array, Dictionary, Name, Stream, String
from PIL import Image

from forms_builder.uploads import CheckedFile, check_file, file_name

KINDS = ["pdf", "jpg", "png"]
MEGABYTE = 1024 * 1024


def check(name: str, content: bytes, declared: str = "application/octet-stream", **more: object) -> CheckedFile:
    options = {"kinds": KINDS, "max_bytes": MEGABYTE, **more}
    return check_file(SimpleUploadedFile(name, content, declared), options["kinds"], options["max_bytes"])


def refused(name: str, content: bytes, declared: str = "application/octet-stream", **more: object) -> str:
    with pytest.raises(ValidationError) as error:
        check(name, content, declared, **more)
    return str(error.value.code)


def picture(format_: str = "JPEG", size: tuple[int, int] = (20, 10), **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, format_, **options)
    return out.getvalue()


def document(change: object = None, **options: object) -> bytes:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    if callable(change):
        change(pdf)
    out = io.BytesIO()
    pdf.save(out, **options)
    return out.getvalue()


def test_a_plain_document_comes_in_as_it_is() -> None:
    content = document()

    assert check("خطاب.pdf", content, "application/pdf") == CheckedFile("خطاب.pdf", "application/pdf", content)


def test_a_picture_is_drawn_again_without_what_it_knew() -> None:
    exif = Image.Exif()
    exif[0x010F] = "camera of somebody"
    exif[0x0112] = 6  # lies on its side
    content = picture(exif=exif, comment=b"secret")

    checked = check("photo.JPG", content, "image/jpeg")

    drawn = Image.open(io.BytesIO(checked.content))
    assert checked.content_type == "image/jpeg"
    assert drawn.size == (10, 20)
    assert not dict(drawn.getexif())
    assert b"somebody" not in checked.content
    assert b"secret" not in checked.content


def test_what_hangs_behind_a_picture_is_left_behind() -> None:
    checked = check("photo.png", picture("PNG") + b"<script>alert(1)</script>", "image/png")

    assert b"script" not in checked.content


@pytest.mark.parametrize(
    ("name", "content", "declared", "code"),
    [
        ("a.pdf", b"", "application/pdf", "empty"),
        ("a.pdf", b"%PDF-1.7" + b"0" * MEGABYTE, "application/pdf", "too_large"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml", "kind"),
        ("a.html", b"<html></html>", "text/html", "kind"),
        ("a.exe", b"MZ", "application/octet-stream", "kind"),
        ("a", document(), "application/pdf", "kind"),
        ("a.pdf.exe", document(), "application/pdf", "kind"),
        ("a.pdf", document(), "text/html", "kind"),
        ("a.jpg", document(), "image/jpeg", "content"),
        ("a.pdf", picture(), "application/pdf", "content"),
        ("a.jpg", picture("PNG"), "image/jpeg", "content"),
        ("a.png", b"<svg/>", "image/png", "content"),
        ("a.pdf", b"<html>%PDF-1.7</html>", "application/pdf", "content"),
        ("a.jpg", picture()[:40], "image/jpeg", "damaged"),
        ("a.pdf", b"%PDF-1.7\n garbage", "application/pdf", "damaged"),
        ("a.gif", picture("GIF"), "image/gif", "kind"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused(name: str, content: bytes, declared: str, code: str) -> None:
    assert refused(name, content, declared) == code


def test_a_kind_that_this_question_does_not_take_is_refused() -> None:
    assert refused("a.pdf", document(), "application/pdf", kinds=["jpg"]) == "kind"


def test_a_bomb_of_pixels_is_refused_unopened() -> None:
    assert refused("a.png", picture("PNG", (9000, 9000)), "image/png") == "pixels"


def test_a_locked_document_is_refused_and_one_that_only_forbids_is_unlocked() -> None:
    locked = document(encryption=pikepdf.Encryption(user="x", owner="y"))
    forbidding = document(encryption=pikepdf.Encryption(user="", owner="y"))

    assert refused("a.pdf", locked, "application/pdf") == "password"
    assert not pikepdf.open(io.BytesIO(check("a.pdf", forbidding).content)).is_encrypted


def script() -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def on_open(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = script()


def on_page(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.AA = Dictionary(O=pdf.make_indirect(script()))


def by_name(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), script()])))


def launching(pdf: pikepdf.Pdf) -> None:
    launch = Dictionary(S=Name.Launch, F=String("cmd.exe"))
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=launch)
    pdf.pages[0].obj.Annots = Array([link])


def stream_script(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = pdf.make_indirect(Dictionary(S=Name.JavaScript, JS=Stream(pdf, b"app.alert(1)")))


def carrying(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["virus.exe"] = b"MZ virus"


def dynamic(pdf: pikepdf.Pdf) -> None:
    pdf.Root.AcroForm = Dictionary(Fields=[], XFA=Stream(pdf, b"<xdp/>"))


@pytest.mark.parametrize("change", [on_open, on_page, by_name, launching, stream_script, carrying, dynamic])
def test_what_is_active_in_a_document_is_taken_out(change: object) -> None:
    before = document(change)

    after = check("a.pdf", before, "application/pdf").content

    assert _active(before)
    assert not _active(after)
    assert len(pikepdf.open(io.BytesIO(after)).pages) == 1


def _active(content: bytes) -> bool:
    with pikepdf.open(io.BytesIO(content)) as pdf:
        out = io.BytesIO()
        pdf.remove_unreferenced_resources()
        pdf.save(out, qdf=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    words = (b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile", b"/XFA", b"cmd.exe", b"virus")
    return any(word in out.getvalue() for word in words)


def test_a_harmless_link_stays() -> None:
    def linked(pdf: pikepdf.Pdf) -> None:
        action = Dictionary(S=Name.URI, URI=String("https://example.com"))
        pdf.pages[0].obj.Annots = Array([Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=action)])

    content = document(linked)

    assert check("a.pdf", content).content == content


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\خطاب.pdf", "خطاب.pdf"),
        ("\u202efdp.exe", "fdp.exe"),
        ("a\x00\n b.pdf", "a b.pdf"),
        ("...", "file"),
        ("", "file"),
        ("x" * 300 + ".pdf", "x" * 146 + ".pdf"),
    ],
)
def test_a_name_is_one_line_without_folders(given: str, kept: str) -> None:
    assert file_name(given) == kept


def test_a_phone_picture_in_heic_is_stored_as_jpg() -> None:
    out = io.BytesIO()
    Image.new("RGB", (16, 16), "teal").save(out, "HEIF")

    checked = check("photo.heic", out.getvalue(), "image/heic", kinds=["heic"])

    assert (checked.name, checked.content_type) == ("photo.jpg", "image/jpeg")
