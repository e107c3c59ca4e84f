"""An editor translates a service, and brings the translation up to date when its source has changed."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import Locale
from wagtail_localize.models import StringTranslation, Translation, TranslationSource

from services_catalog.models import ServicePage
from tests.factories import ServicePageFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def editor(client: Client) -> Client:
    client.force_login(UserFactory(editor=True))
    return client


@pytest.fixture
def service() -> ServicePage:
    page = ServicePageFactory(title="خدمة", summary="خدمة للتجربة.")
    page.save_revision().publish()
    return page


@pytest.fixture
def translation(service: ServicePage) -> Translation:
    source, _made = TranslationSource.get_or_create_from_instance(service)
    translation = Translation.objects.create(source=source, target_locale=Locale.objects.get(language_code="en"))
    translation.save_target(publish=False)
    return translation


def translated(service: ServicePage) -> ServicePage:
    page: ServicePage = service.get_translation(Locale.objects.get(language_code="en"))
    return page


def edit_page(editor: Client, service: ServicePage) -> str:
    """What the translation's editor shows: a page of scripts that gets everything as JSON."""
    response = editor.get(reverse("wagtailadmin_pages:edit", args=[translated(service).pk]))
    assert response.status_code == 200
    segments = json.loads(response.context["props"])["segments"]
    return " ".join(str(segment.get("source")) for segment in segments)


def test_the_editor_of_a_translation_opens(editor: Client, service: ServicePage, translation: Translation) -> None:
    assert "خدمة للتجربة." in edit_page(editor, service)


@pytest.mark.parametrize("name", ["department", "category", "is_suspended", "duration", "no_fees", "contact_email"])
def test_a_translation_offers_words_and_nothing_that_belongs_to_the_source(
    name: str, service: ServicePage, translation: Translation
) -> None:
    paths = translation.source.overridablesegment_set.values_list("context__path", flat=True)

    assert name not in {path.partition(".")[0] for path in paths}


def test_a_source_that_changed_is_told_and_brought_into_the_translation(
    editor: Client, service: ServicePage, translation: Translation
) -> None:
    service.summary = "خدمة بكلمات جديدة."
    service.save_revision().publish()

    answer = editor.post(
        reverse("wagtail_localize:update_translations", args=[translation.source.pk]), {"publish_translations": ""}
    )

    assert answer.status_code == 302
    assert "خدمة بكلمات جديدة." in edit_page(editor, service)


def test_translated_words_are_published(
    editor: Client, service: ServicePage, translation: Translation, django_capture_on_commit_callbacks: Any
) -> None:
    segment = translation.source.stringsegment_set.get(context__path="summary")
    StringTranslation.objects.create(
        translation_of=segment.string, locale=translation.target_locale, context=segment.context, data="A service."
    )

    with django_capture_on_commit_callbacks(execute=True):
        answer = editor.post(
            reverse("wagtailadmin_pages:edit", args=[translated(service).pk]), {"action": "publish"}, follow=True
        )

    assert answer.status_code == 200
    assert translated(service).summary == "A service."
    assert translated(service).live
