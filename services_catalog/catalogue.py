"""Finding a service: words folded like the titles they are looked for in, and shelves to choose from.

A catalogue has some hundreds of services at most, so the words of all of them are kept per edition
and compared here; that finds the same on every database and ranks by where a word stands.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings

from cms.arabic import fold
from services_catalog import editions
from services_catalog.cards import Card, Shelf, cards, categories, live_services
from services_catalog.models import ServicePage

_LONGEST_QUERY = 200
# What is written together with a word in Arabic and does not change what is looked for.
_PREFIXES = ("وال", "بال", "كال", "فال", "لل", "ال")
_SUFFIXES = ("ات", "ون", "ين", "ان", "ها", "هم", "يه", "ه", "ي")
_SHORTEST_STEM = 3


@dataclass(frozen=True)
class Entry:
    """The folded words of one service: where a word stands says how much it weighs."""

    pk: int
    title: str
    summary: str
    others: str
    category: str


@dataclass(frozen=True)
class Results:
    """What the catalogue shows."""

    query: str
    category: Shelf | None
    shelves: list[Shelf]
    cards: list[Card]
    total: int


def results_for(asked: Mapping[str, str], language: str) -> Results:
    """The services that fit the words and the shelf in an address."""
    query = asked.get("q", "")[:_LONGEST_QUERY].strip()
    shelves = categories(language)
    category = next((shelf for shelf in shelves if shelf.key == asked.get("category")), None)
    entries = editions.kept(f"catalogue:{language}", lambda: _entries(language))
    shelf_entries = [entry for entry in entries if category is None or entry.category == category.key]
    found = ranked(shelf_entries, query) if query else [entry.pk for entry in shelf_entries]
    by_pk = {page.pk: page for page in live_services(language).filter(pk__in=found)}
    chosen = [by_pk[pk] for pk in found if pk in by_pk]
    return Results(query, category, shelves, cards(chosen), len(entries))


def ranked(entries: list[Entry], query: str) -> list[int]:
    """Services in which every word of the query occurs, those with it in the title first."""
    words = [stem(word) for word in fold(query).split()]
    weighed = [(weight, entry.pk) for entry in entries if (weight := _weight(entry, words))]
    return [pk for _weight_, pk in sorted(weighed, key=lambda pair: -pair[0])]


def stem(word: str) -> str:
    """A folded word without one article and one ending, so that الخدمات meets خدمة."""
    for prefix in _PREFIXES:
        if word.startswith(prefix) and len(word) - len(prefix) >= _SHORTEST_STEM:
            word = word.removeprefix(prefix)
            break
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= _SHORTEST_STEM:
            return word.removesuffix(suffix)
    return word


def _weight(entry: Entry, words: list[str]) -> int:
    total = 0
    for word in words:
        weight = 5 * (word in entry.title) + 2 * (word in entry.summary) + (word in entry.others)
        if not weight:
            return 0
        total += weight
    return total


def _entries(language: str) -> list[Entry]:
    """Keywords of every language count: people search in the words they know."""
    pages = list(live_services(language).defer("form_steps", "description"))
    keys = [page.translation_key for page in pages]
    family: dict[object, list[ServicePage]] = {}
    for other in ServicePage.objects.live().filter(translation_key__in=keys).select_related("category", "locale"):
        family.setdefault(other.translation_key, []).append(other)
    return [_entry(page, family[page.translation_key]) for page in pages]


def _entry(page: ServicePage, family: list[ServicePage]) -> Entry:
    source = next((other for other in family if other.locale.language_code == settings.LANGUAGE_CODE), page)
    category = source.category
    others = " ".join(f"{other.title} {other.keywords}" for other in family)
    names = " ".join(category.name.values()) if category else ""
    return Entry(
        pk=page.pk,
        title=fold(page.title),
        summary=fold(page.summary),
        others=fold(f"{others} {names}"),
        category=category.key if category else "",
    )
