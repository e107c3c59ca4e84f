"""Content files: loaded once, loaded again without a trace, in both languages."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils.html import escape
from pytest_django import DjangoDbBlocker
from wagtail.documents import get_document_model
from wagtail.models import Revision
from wagtail_localize.models import Translation

from forms_builder.models import FormVersion
from services_catalog.models import ServicePage
from tests.made_once import made_once

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
CONTENT = Path(settings.BASE_DIR) / "content"
BODIES = [path for path in sorted(CONTENT.iterdir()) if (path / "services").is_dir()]


@pytest.fixture(scope="module")
def loaded_once(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """Every body's content."""
    with made_once(django_db_blocker, tmp_path_factory.mktemp("media")):
        call_command("load_content", *BODIES)
        yield


@pytest.fixture
def loaded(loaded_once: None, db: None) -> None:
    """In an order in which the test's own transaction stands inside the one of the content."""


def services() -> list[dict[str, Any]]:
    return [json.loads(path.read_text("utf-8")) for body in BODIES for path in sorted(body.glob("services/*.json"))]


@pytest.mark.usefixtures("loaded")
def test_every_service_is_live_in_both_languages_with_its_form(client: Client) -> None:
    for service in services():
        for language in ("ar", "en"):
            response = client.get(f"/{language}/services/{service['slug']}/")
            text = response.content.decode()
            assert response.status_code == 200
            assert escape(service["title"][language]) in text
            assert f"/{language}/apply/{service['slug']}/" in text


@pytest.mark.usefixtures("loaded")
def test_a_translation_holds_no_word_of_the_source(client: Client) -> None:
    for service in services():
        page = ServicePage.objects.get(slug=service["slug"], locale__language_code="en")
        raw = json.dumps([list(page.documents.raw_data), list(page.questions.raw_data)], ensure_ascii=False)
        assert not any(
            "\u0600" <= letter <= "\u06ff" for letter in f"{page.title}{page.summary}{page.description}{raw}"
        )
        translation = Translation.objects.get(source__object_id=page.translation_key)
        total, translated = translation.get_progress()
        assert translated == total


@pytest.mark.usefixtures("loaded")
def test_loading_again_changes_nothing() -> None:
    before = (Revision.objects.count(), FormVersion.objects.count(), get_document_model().objects.count())

    call_command("load_content", *BODIES)

    assert (Revision.objects.count(), FormVersion.objects.count(), get_document_model().objects.count()) == before


@pytest.mark.usefixtures("loaded")
def test_what_an_editor_changed_since_stays() -> None:
    page = ServicePage.objects.get(slug=services()[0]["slug"], locale__language_code="ar")
    page.summary = "كتبه المحرر."
    page.save_revision().publish()

    call_command("load_content", *BODIES)

    page.refresh_from_db()
    assert page.summary == "كتبه المحرر."


@pytest.mark.usefixtures("loaded")
def test_rich_text_is_stored_as_the_editor_stores_it() -> None:
    """Without keys on its paragraphs, opening the page in the editor would save a draft nobody asked for."""
    page = ServicePage.objects.filter(locale__language_code="ar").first()
    texts = [page.description, *(entry.value["answer"].source for entry in page.questions)]

    assert len(texts) > 1
    assert all(re.findall(r"<p[^>]*>", text) for text in texts)
    assert not any("<p>" in text for text in texts)


@pytest.mark.usefixtures("loaded")
def test_loading_by_force_makes_no_second_form_version() -> None:
    before = FormVersion.objects.count()

    call_command("load_content", *BODIES, again=True)

    assert FormVersion.objects.count() == before


@pytest.mark.usefixtures("loaded")
def test_services_that_refer_to_each_other_are_live_and_linked(client: Client) -> None:
    for service in services():
        for language in ("ar", "en"):
            text = client.get(f"/{language}/services/{service['slug']}/").content.decode()
            related = service.get("related_services", [])
            assert all(f"/{language}/services/{slug}/" in text for slug in related)


def test_two_folders_with_a_home_page_are_refused(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "portal.json").write_text("{}")

    with pytest.raises(CommandError, match="one, two: only one folder"):
        call_command("load_content", tmp_path / "one", tmp_path / "two")


def test_a_wrong_name_in_a_file_is_told_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "services").mkdir()
    (tmp_path / "services" / "one.json").write_text(json.dumps({"slug": "one", "title": {"ar": "خدمة"}, "colour": 1}))

    with pytest.raises(CommandError, match="colour"):
        call_command("load_content", tmp_path)


def test_a_folder_without_content_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="holds no content"):
        call_command("load_content", tmp_path)
