"""Names of services in the reader's language. Requests and drafts refer to the source page only."""

from collections.abc import Iterable

from django.conf import settings

from services_catalog.models import ServicePage


def titles_of(services: Iterable[ServicePage], language: str) -> dict[int, str]:
    """Key of a source page → its title as a reader of `language` knows it; one query at most."""
    pages = {page.pk: page for page in services}
    titles = {pk: page.title for pk, page in pages.items()}
    if language == settings.LANGUAGE_CODE or not pages:
        return titles
    keys = {page.translation_key: pk for pk, page in pages.items()}
    translated = ServicePage.objects.filter(translation_key__in=keys, locale__language_code=language, live=True)
    for key, title in translated.values_list("translation_key", "title"):
        titles[keys[key]] = title
    return titles
