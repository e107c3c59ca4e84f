"""Services as they stand in lists: plain values, in the language of the list.

Used by the home page and the catalogue. A list of any length costs three queries.
"""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse

from cms.languages import in_language
from forms_builder.models import Form
from services_catalog.models import ServiceCategory, ServicePage
from services_catalog.words import beneficiaries_in_words, duration_in_words, fees_in_words


@dataclass(frozen=True)
class Card:
    """One service in a list."""

    title: str
    summary: str
    address: str
    fees: str
    duration: str
    beneficiaries: str
    category: str
    organisation: str
    start: str
    is_suspended: bool


@dataclass(frozen=True)
class Shelf:
    """A category that has services."""

    key: str
    name: str
    icon: str
    count: int


def live_services(language: str) -> QuerySet[ServicePage]:
    """The services that are published in a language."""
    pages: QuerySet[ServicePage] = ServicePage.objects.live().public().filter(locale__language_code=language)
    return pages.order_by("title")


def newest(language: str, limit: int = 6) -> list[Card]:
    """The services that were published first stand first: the oldest are the best known."""
    return cards(list(live_services(language).order_by("first_published_at")[:limit]))


def cards(pages: list[ServicePage]) -> list[Card]:
    """Cards of pages of one language, in their order."""
    keys = [page.translation_key for page in pages]
    sources = {
        page.translation_key: page
        for page in ServicePage.objects.filter(
            translation_key__in=keys, locale__language_code=settings.LANGUAGE_CODE
        ).select_related("category", "department__organisation", "locale")
    }
    with_form = set(
        Form.objects.filter(translation_key__in=keys, live_version__isnull=False).values_list(
            "translation_key", flat=True
        )
    )
    return [_card(page, sources.get(page.translation_key, page), page.translation_key in with_form) for page in pages]


def categories(language: str) -> list[Shelf]:
    """Categories with the number of services published in a language; empty ones are left out."""
    keys = live_services(language).values_list("translation_key", flat=True)
    sources = ServicePage.objects.filter(translation_key__in=list(keys), locale__language_code=settings.LANGUAGE_CODE)
    counts: dict[int, int] = {}
    for category in sources.exclude(category=None).values_list("category_id", flat=True):
        counts[category] = counts.get(category, 0) + 1
    return [
        Shelf(shelf.key, in_language(shelf.name, language), shelf.icon or "grid", counts[shelf.pk])
        for shelf in ServiceCategory.objects.filter(pk__in=counts)
    ]


def start_address(slug: str) -> str:
    """Where applying begins. The wizard stands above the catalogue and is met by name only."""
    try:
        return reverse("apply:start", args=[slug])
    except NoReverseMatch:
        return ""


def preview_slug(pk: int) -> str:
    """What stands for the preview of a service, by the key of its page, where its slug would."""
    return f"preview/{pk}"


def _card(page: ServicePage, source: ServicePage, has_form: bool) -> Card:
    return Card(
        title=page.title,
        summary=page.summary,
        address=page.url or "",
        fees=fees_in_words(source),
        duration=duration_in_words(source),
        beneficiaries=beneficiaries_in_words(page),
        category=in_language(source.category.name) if source.category else "",
        organisation=in_language(source.organisation.name) if source.organisation else "",
        start=start_address(source.slug) if has_form and not source.is_suspended else "",
        is_suspended=source.is_suspended,
    )
