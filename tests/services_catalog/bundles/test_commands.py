"""export_service and import_service: bytes on standard output, words on standard error, codes for scripts."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from services_catalog.bundles import export_service, import_bundle
from services_catalog.models import ServicePage
from tests.services_catalog.bundles.conftest import service
from tests.services_catalog.bundles.parking import SLUG, bundled, packed, parking

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("services"), pytest.mark.any_database]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "parking.diwan.zip"
    path.write_bytes(packed())
    return path


def run(*arguments: object, **options: object) -> str:
    said = io.StringIO()
    call_command("import_service", *arguments, stderr=said, **options)
    return said.getvalue()


def test_exporting_writes_the_bytes_of_the_bundle(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    import_bundle(bundled())

    call_command("export_service", SLUG, output=tmp_path / "one.zip")

    assert (tmp_path / "one.zip").read_bytes() == export_service(service(SLUG))


def test_exporting_to_standard_output_is_binary(monkeypatch: pytest.MonkeyPatch) -> None:
    import_bundle(bundled())
    out = io.TextIOWrapper(io.BytesIO())
    monkeypatch.setattr(sys, "stdout", out)

    call_command("export_service", SLUG)

    assert out.buffer.getvalue() == export_service(service(SLUG))  # type: ignore[attr-defined]


def test_a_service_that_is_not_there_is_told_with_those_that_are() -> None:
    import_bundle(bundled())

    with pytest.raises(CommandError, match=SLUG):
        call_command("export_service", "nowhere")


def test_a_service_that_was_never_published_is_not_exported() -> None:
    import_bundle(bundled(), live=False)

    with pytest.raises(CommandError, match="تصريح وقوف"):
        call_command("export_service", SLUG)


def test_importing_says_what_it_does(file: Path) -> None:
    said = run(file)

    assert "Imported:" in said
    assert service(SLUG).live


def test_the_plan_alone_imports_nothing(file: Path) -> None:
    run(file, plan=True)

    assert not ServicePage.objects.exists()


def test_the_plan_alone_finds_a_fault_of_the_form(tmp_path: Path) -> None:
    path = tmp_path / "empty-step.zip"
    path.write_bytes(packed(parking(form_steps=[{**parking()["form_steps"][0], "fields": []}])))

    with pytest.raises(CommandError, match="The car"):
        run(path, plan=True)

    assert not ServicePage.objects.exists()


def test_a_service_that_was_changed_here_ends_with_a_code_of_its_own(file: Path) -> None:
    run(file)
    page = service(SLUG)
    page.summary = "كتبه المحرر."
    page.save_revision().publish()

    with pytest.raises(CommandError) as left:
        run(file)
    run(file, force=True)

    assert left.value.returncode == 3
    assert service(SLUG).summary == "تصريح لوقوف سيارتك."


def test_as_a_draft_nobody_sees_it(file: Path) -> None:
    run(file, draft=True)

    assert not service(SLUG).live


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"{}"])
def test_a_bad_file_is_refused_without_a_traceback(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.zip"
    path.write_bytes(content)

    with pytest.raises(CommandError, match="Nothing was imported"):
        run(path)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        run(tmp_path / "nowhere.zip")


def test_the_process_ends_with_one_and_words_on_standard_error(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, str(settings.BASE_DIR / "manage.py"), "import_service", str(tmp_path / "nowhere.zip")],
        capture_output=True,
        check=False,
        env=os.environ,
        text=True,
    )

    assert ended.returncode == 1
    assert ended.stdout == ""
    assert "cannot be read" in ended.stderr
