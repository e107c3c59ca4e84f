"""A portal with every body's content, and the bundles of its services, made once."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from services_catalog.bundles import export_service
from services_catalog.models import ServicePage
from tests.made_once import made_once

CONTENT = Path(settings.BASE_DIR) / "content"
BODIES = [path for path in sorted(CONTENT.iterdir()) if (path / "services").is_dir()]
SLUGS = sorted(path.stem for path in CONTENT.glob("*/services/*.json"))


def service(slug: str, language: str = "ar") -> ServicePage:
    return ServicePage.objects.get(slug=slug, locale__language_code=language)


@dataclass(frozen=True)
class Sent:
    """A bundle, and the digest of the form it was made of."""

    content: bytes
    form: str


def form_digest(page: ServicePage) -> str:
    version = page.form_version
    assert version is not None
    return version.digest


@pytest.fixture(scope="session")
def exported(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Sent]:
    """The bundle of every service of the content folders. The database is as it was before."""
    with made_once(django_db_blocker, tmp_path_factory.mktemp("media")):
        call_command("load_content", *BODIES)
        return {slug: Sent(export_service(service(slug)), form_digest(service(slug))) for slug in SLUGS}


@pytest.fixture(autouse=True)
def media_of_its_own(tmp_path: Path) -> Iterator[None]:
    with override_settings(MEDIA_ROOT=tmp_path / "media"):
        yield
