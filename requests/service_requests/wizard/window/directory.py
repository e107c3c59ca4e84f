"""What staff at the window look up: the services of their bodies, who is competent, what each takes.

A list of any length costs a fixed number of queries.
"""

from dataclasses import dataclass

from django.http import Http404, HttpRequest

from cms.arabic import fold
from cms.languages import in_language
from forms_builder.models import Form
from home.accounts.models import User
from service_requests.wizard.window.rights import services_of
from services_catalog.catalogue import Entry, ranked
from services_catalog.models import ServicePage
from services_catalog.presentation import Service, presented
from services_catalog.words import duration_in_words, fees_in_words

MOST_SHOWN = 50


@dataclass(frozen=True)
class Row:
    """One service of the list; `is_open` while applications are taken."""

    key: int
    title: str
    department: str
    organisation: str
    fees: str
    duration: str
    is_open: bool


@dataclass(frozen=True)
class Listed:
    """The services that fit, and how many there are beside those that are shown."""

    rows: list[Row]
    more: int


def listed(clerk: User, words: str, language: str) -> Listed:
    """Services in whose name, summary, keywords or department every word occurs; all of them without words."""
    sources = list(
        services_of(clerk)
        .select_related("department__organisation", "locale")
        .defer("form_steps", "description", "documents", "service_steps", "questions", "guides")
        .order_by("title")
    )
    titles = _titles(sources, language)
    if words.strip():
        by_pk = {source.pk: source for source in sources}
        found = ranked([_entry(source, titles[source.pk]) for source in sources], words)
        sources = [by_pk[pk] for pk in found]
    shown = sources[:MOST_SHOWN]
    with_form = set(
        Form.objects.filter(
            translation_key__in=[source.translation_key for source in shown], live_version__isnull=False
        ).values_list("translation_key", flat=True)
    )
    rows = [_row(one, titles[one.pk][0], one.translation_key in with_form) for one in shown]
    return Listed(rows, more=len(sources) - len(shown))


def service_for(clerk: User, key: int) -> ServicePage:
    """A service of the clerk's bodies, in the source language.

    Raises:
        Http404: for any other.
    """
    page = services_of(clerk).filter(pk=key).select_related("department__organisation", "locale").first()
    if page is None:
        raise Http404
    return page


def takes_applications(page: ServicePage) -> bool:
    return not page.is_suspended and page.form_version is not None and bool(page.form_version.value.steps)


def told(page: ServicePage, language: str, http: HttpRequest) -> Service:
    """Everything its public page tells, in the reader's language where it is translated."""
    translated = page.get_translations().filter(live=True, locale__language_code=language).first()
    return presented(translated or page, http)


def _titles(sources: list[ServicePage], language: str) -> dict[int, list[str]]:
    """Of each service its name in that language first, then the others."""
    keys = {source.translation_key: source.pk for source in sources}
    found: dict[int, list[str]] = {source.pk: [source.title] for source in sources}
    family = ServicePage.objects.live().filter(translation_key__in=keys)
    for key, title, code in family.values_list("translation_key", "title", "locale__language_code"):
        names = found[keys[key]]
        if code == language:
            names.insert(0, title)
        else:
            names.append(title)
    return found


def _entry(source: ServicePage, titles: list[str]) -> Entry:
    department = source.department
    others = [*titles, source.keywords, *(department.name.values() if department else ())]
    return Entry(source.pk, fold(titles[0]), fold(source.summary), fold(" ".join(others)), "")


def _row(source: ServicePage, title: str, has_form: bool) -> Row:
    department = source.department
    return Row(
        key=source.pk,
        title=title,
        department=in_language(department.name) if department else "",
        organisation=in_language(department.organisation.name) if department else "",
        fees=fees_in_words(source),
        duration=duration_in_words(source),
        is_open=has_form and not source.is_suspended,
    )
