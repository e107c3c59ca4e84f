"""What services are called in the reader's language. A request keeps the page in the source language."""

from collections.abc import Collection, Mapping

from django.utils.translation import get_language

from services_catalog.models import ServicePage


def service_names(ids: Collection[int]) -> Mapping[int, str]:
    """Titles by the key of the source page, one query; untranslated services keep their own title."""
    language = (get_language() or "").split("-")[0]
    sources = ServicePage.objects.filter(pk__in=ids).values("translation_key")
    pages = ServicePage.objects.filter(translation_key__in=sources).values_list(
        "pk", "translation_key", "title", "live", "locale__language_code"
    )
    rows = list(pages)
    translated = {key: title for _pk, key, title, live, code in rows if live and code == language}
    return {pk: translated.get(key, title) for pk, key, title, _live, _code in rows if pk in ids}
