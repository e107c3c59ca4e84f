"""Translations of loaded pages, made the way an editor makes them: as translated strings of
wagtail-localize, so that its editor shows them and a changed source asks for them again."""

from wagtail.models import Locale, Page
from wagtail_localize.models import StringSegment, StringTranslation, Translation, TranslationSource
from wagtail_localize.strings import StringValue, extract_strings

from services_catalog.content.folders import ContentError
from services_catalog.content.written import Words


def translate(page: Page, words: Words) -> None:
    """Publish the page in every other content language with the words that came with it."""
    source, _created = TranslationSource.update_or_create_from_instance(page)
    for locale in Locale.objects.exclude(pk=page.locale_id):
        translation, _made = Translation.objects.get_or_create(
            source=source, target_locale=locale, defaults={"enabled": True}
        )
        _write(source, locale, _strings(words, locale.language_code, page))
        # Published here and not by save_target, which would wait for the commit.
        translation.save_target(publish=False)
        page.get_translation(locale).get_latest_revision().publish()


def _strings(words: Words, language: str, page: Page) -> dict[str, str]:
    """Each string of the source with its translation, both as wagtail-localize stores them."""
    found: dict[str, str] = {}
    for pair in words.pairs:
        original, translated = pair.get(words.source, ""), pair.get(language, "")
        if original and translated:
            found |= dict(_pairs(original, translated, page))
    return found


def _pairs(original: str, translated: str, page: Page) -> list[tuple[str, str]]:
    plain = (StringValue.from_plaintext(original).data, StringValue.from_plaintext(translated).data)
    if "<" not in original:
        return [plain]
    _template, originals = extract_strings(original)
    _template, translations = extract_strings(translated)
    if len(originals) != len(translations):
        raise ContentError(f"{page}: write as many paragraphs in each language: {original[:60]}…")
    return [(one.data, other.data) for (one, _), (other, _) in zip(originals, translations, strict=True)]


def _write(source: TranslationSource, locale: Locale, strings: dict[str, str]) -> None:
    for segment in StringSegment.objects.filter(source=source).select_related("string", "context"):
        words = strings.get(segment.string.data)
        if words:
            StringTranslation.objects.update_or_create(
                translation_of=segment.string,
                locale=locale,
                context=segment.context,
                defaults={"data": words, "has_error": False, "field_error": ""},
            )
