"""Production gives each static file a name that carries its content; a file that names a missing one stops it."""

from pathlib import Path

from django.core.management import call_command
from pytest_django import Settings


def test_every_file_that_a_static_file_names_is_there(settings: Settings, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }

    call_command("collectstatic", interactive=False, verbosity=0)

    assert (tmp_path / "staticfiles.json").exists()
    assert list((tmp_path / "cms").glob("diwan.*.css"))
