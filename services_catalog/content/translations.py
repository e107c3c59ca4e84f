"""Translations of loaded pages, made the way an editor makes them: as translated strings of
wagtail-localize, so that its editor shows them and a changed source asks for them again."""

from collections.abc import Collection

from django.utils.translation import gettext as _
from wagtail.models import Locale, Page
from wagtail_localize.models import StringSegment, StringTranslation, Translation, TranslationSource
from wagtail_localize.strings import StringValue, extract_strings

from services_catalog.content.refusal import ContentError
from services_catalog.content.written import Pair, Words

# A string of the source as wagtail-localize stores it: where it stands, and the string.
_Strings = dict[tuple[str, str], str]


def translate(page: Page, words: Words, languages: Collection[str], *, live: bool = True) -> None:
    """Save the page in every other of the languages with the words that came with it, and publish it."""
    source, _created = TranslationSource.update_or_create_from_instance(page)
    for locale in Locale.objects.filter(language_code__in=languages).exclude(pk=page.locale_id):
        translation, _made = Translation.objects.get_or_create(
            source=source, target_locale=locale, defaults={"enabled": True}
        )
        _write(source, locale, _strings(words, locale.language_code, page))
        # Published here and not by save_target, which would wait for the commit.
        translation.save_target(publish=False)
        if live:
            page.get_translation(locale).get_latest_revision().publish()


def _strings(words: Words, language: str, page: Page) -> _Strings:
    """Each string of the source with its translation, both as wagtail-localize stores them."""
    found: _Strings = {}
    for pair in words.pairs:
        original, translated = pair.texts.get(words.source, ""), pair.texts.get(language, "")
        if original and translated:
            found |= {(pair.path, one): other for one, other in _parts(pair, original, translated, page)}
    return found


def _parts(pair: Pair, original: str, translated: str, page: Page) -> list[tuple[str, str]]:
    if not pair.is_rich:
        return [(StringValue.from_plaintext(original).data, StringValue.from_plaintext(translated).data)]
    _template, originals = extract_strings(original)
    _template, translations = extract_strings(translated)
    if len(originals) != len(translations):
        raise ContentError(
            _("%(page)s: write as many paragraphs in each language: %(text)s…")
            % {"page": page.slug, "text": original[:60]}
        )
    pairs = list(zip(originals, translations, strict=True))
    if any(not set(other_links) <= set(links) for (_one, links), (_other, other_links) in pairs):
        raise ContentError(
            _("%(page)s: write the same links in each language: %(text)s…") % {"page": page.slug, "text": original[:60]}
        )
    return [(one.data, other.data) for (one, _links), (other, _other_links) in pairs]


def _write(source: TranslationSource, locale: Locale, strings: _Strings) -> None:
    for segment in StringSegment.objects.filter(source=source).select_related("string", "context"):
        words = strings.get((segment.context.path, segment.string.data))
        kept = {"translation_of": segment.string, "locale": locale, "context": segment.context}
        if words:
            StringTranslation.objects.update_or_create(
                **kept, defaults={"data": words, "has_error": False, "field_error": ""}
            )
        else:
            # The file has no word for it any more.
            StringTranslation.objects.filter(**kept).delete()
