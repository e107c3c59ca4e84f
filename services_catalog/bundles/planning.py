"""What an import would do, record by record, before anything is written.

Three states decide: what the bundle says, what stands here, and what was read back after the last
import. What somebody changed here since is never overwritten unasked.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.languages import content_languages, in_language
from services_catalog.bundles import office, services
from services_catalog.bundles.archive import Bundle, BundleRefused, checked
from services_catalog.bundles.digests import digest_of, remembered
from services_catalog.bundles.sections import Record, Section, sections
from services_catalog.bundles.services import SERVICES
from services_catalog.content.media import Packed
from services_catalog.organisations.models import Organisation
from services_catalog.organisations.scope import organisations_of

_KEY = re.compile(r"\w[\w./-]{0,149}")


class Verdict(Enum):
    """What happens to one record."""

    CREATE = "create"
    CHANGE = "change"
    SAME = "same"
    KEPT = "kept"
    CONFLICT = "conflict"
    MISSING = "missing"

    @property
    def words(self) -> str:
        return str(_WORDS[self])


_WORDS = {
    Verdict.CREATE: gettext_lazy("is new"),
    Verdict.CHANGE: gettext_lazy("is changed"),
    Verdict.SAME: gettext_lazy("stays as it is"),
    Verdict.KEPT: gettext_lazy("is left as it is here"),
    Verdict.CONFLICT: gettext_lazy("was changed here"),
    Verdict.MISSING: gettext_lazy("cannot be imported"),
}


@dataclass(frozen=True)
class Item:
    """One line of a plan.

    Attributes:
        parts: names of the parts of the page that differ.
    """

    section: str
    key: str
    kind: str
    title: str
    verdict: Verdict
    why: str = ""
    parts: tuple[str, ...] = ()

    @property
    def part_words(self) -> list[str]:
        """The parts that differ, as an editor knows them."""
        if self.section == SERVICES:
            return [services.part_words(part) for part in self.parts]
        section = sections().get(self.section)
        return [section.part_words(part) if section else part for part in self.parts]


@dataclass(frozen=True)
class Plan:
    """What an import would do."""

    items: tuple[Item, ...]
    notes: tuple[str, ...]
    digest: str

    def of(self, *verdicts: Verdict) -> list[Item]:
        return [item for item in self.items if item.verdict in verdicts]

    @property
    def problems(self) -> list[str]:
        return [f"{item.kind} “{item.title}”: {item.why}" for item in self.of(Verdict.MISSING)]

    @property
    def conflicts(self) -> list[Item]:
        return self.of(Verdict.CONFLICT)

    @property
    def changes(self) -> list[Item]:
        return self.of(Verdict.CREATE, Verdict.CHANGE)


def plan_of(bundle: Bundle, *, user: Any = None, live: bool = True) -> Plan:
    """What importing this bundle would do here.

    Raises:
        BundleRefused: when something in it does not fit its form.
    """
    prepare(bundle)
    items = [*_missing(bundle), *_sections(bundle, user), *_services(bundle, user, live=live)]
    notes = [*_places(bundle), *_languages(bundle)]
    told = [[item.section, item.key, item.verdict.value, item.why, item.parts] for item in items]
    return Plan(tuple(items), tuple(notes), digest_of([bundle.digest, live, told, notes]))


def prepare(bundle: Bundle) -> None:
    """Check every record against its section; afterwards each is whole, defaults included."""
    if "organisations" not in bundle.records:
        office.sort_out(bundle)
    known = sections()
    for name, records in bundle.records.items():
        if name == SERVICES:
            for slug, record in records.items():
                services.check_frame(slug, record)
        elif name in known:
            for key, record in records.items():
                place = f"{name}.json, {key[:150]}"
                if not _KEY.fullmatch(key):
                    raise BundleRefused(f"{place}: {_('does not fit here')}")
                records[key] = checked(known[name].record, record, place).model_dump(mode="json")


def _missing(bundle: Bundle) -> Iterator[Item]:
    """What a service refers to and neither the bundle nor the portal has."""
    known = sections()
    if services.catalogue() is None:
        yield Item(SERVICES, "", _("Catalogue"), _("services"), Verdict.MISSING, services.no_catalogue())
    for name in sorted(bundle.records.keys() - known.keys() - {SERVICES}):
        why = _("This portal does not know this part of a bundle. Update it, or switch on the app that it belongs to.")
        yield Item(name, "", _("Part"), name, Verdict.MISSING, why)
    wanted = [
        (section, key)
        for section in known.values()
        for record in bundle.services.values()
        for key in section.used_by(record)
    ]
    wanted += [
        (known[reference.section], reference.key)
        for name, section in known.items()
        for record in bundle.records.get(name, {}).values()
        for reference in section.needs(record)
        if reference.section in known
    ]
    for section, key in dict.fromkeys(wanted):
        if key not in bundle.records.get(section.name, {}) and section.read(key, Packed()) is None:
            why = _("It is neither here nor in the bundle. Make it here with this key, or export the service again.")
            yield Item(section.name, key, str(section.label), key, Verdict.MISSING, why)


def _sections(bundle: Bundle, user: Any) -> Iterator[Item]:
    for name, section in sections().items():
        for key, record in bundle.records.get(name, {}).items():
            yield _item(section, key, record, user)


def _item(section: Section, key: str, record: Record, user: Any) -> Item:
    current = section.read(key, Packed())
    whole = section.record.model_validate(current).model_dump(mode="json") if current is not None else None
    verdict, why = _verdict(section.name, key, record, whole)
    if verdict in (Verdict.CREATE, Verdict.CHANGE, Verdict.CONFLICT) and user is not None:
        if not _may_write(section, key, record, user):
            verdict, why = (
                (Verdict.MISSING, _("It is not here yet, and you may not add it. Ask an administrator to import this."))
                if verdict is Verdict.CREATE
                else (Verdict.KEPT, _("The bundle says otherwise, and you may not change it."))
            )
    parts = _different(record, whole) if verdict in (Verdict.CHANGE, Verdict.CONFLICT, Verdict.KEPT) else ()
    return Item(section.name, key, str(section.label), section.title(key, record), verdict, why, parts)


def _may_write(section: Section, key: str, record: Record, user: Any) -> bool:
    """As in the admin: whoever may add registries may add them to his own body, not to one named in a file."""
    if section.is_for_all(record) and not user.is_superuser:
        return False
    bodies = {reference.key for reference in section.needs(record) if reference.section == office.ORGANISATIONS}
    others = Organisation.objects.filter(key__in=bodies).exclude(pk__in=organisations_of(user))
    return section.may_write(user, key) and not others.exists()


def _services(bundle: Bundle, user: Any, *, live: bool) -> Iterator[Item]:
    for slug, record in bundle.services.items():
        item = _service(slug, record, live=live)
        yield _unless_locked(item, record, user) if item.verdict in (Verdict.CHANGE, Verdict.CONFLICT) else item


def _unless_locked(item: Item, record: Record, user: Any) -> Item:
    """A page that somebody locked, or that waits in a workflow, is changed by no import either."""
    page = services.page_of(services.key_of(record))
    lock = page.get_lock() if page is not None and user is not None else None
    if lock is None or not lock.for_user(user):
        return item
    why = _("The page is locked: somebody is working on it, or it waits for approval. Import this when it is unlocked.")
    return _with(item, Verdict.MISSING, why)


def _service(slug: str, record: Record, *, live: bool) -> Item:
    key = services.key_of(record)
    title = record["title"] if isinstance(record["title"], str) else in_language(record["title"])
    item = Item(SERVICES, slug, _("service"), title or slug, Verdict.SAME)
    other = services.other_at(slug, key)
    if other is not None:
        why = _("Another page has the address “%(slug)s” already: “%(title)s”. Give one of them another address.")
        return _with(item, Verdict.MISSING, why % {"slug": slug, "title": other.title})
    page = services.page_of(key)
    current = None
    if page is not None and not services.is_a_place(page):
        current = services.record_of(page, Packed(), {}, published=False)
    verdict, why = _verdict(SERVICES, str(key), {**record, "translation_key": str(key)}, current)
    parts: tuple[str, ...] = ()
    if verdict in (Verdict.CHANGE, Verdict.CONFLICT, Verdict.KEPT):
        parts = _different(record, current)
    elif verdict is Verdict.SAME and live and page is not None and (not page.live or page.has_unpublished_changes):
        verdict, why = Verdict.CHANGE, _("It stands here as a draft and is published.")
    return _with(item, verdict, why, parts)


def _with(item: Item, verdict: Verdict, why: str, parts: tuple[str, ...] = ()) -> Item:
    return Item(item.section, item.key, item.kind, item.title, verdict, why, parts)


def _verdict(section: str, key: str, incoming: Record, current: Record | None) -> tuple[Verdict, str]:
    if current is None:
        return Verdict.CREATE, ""
    if current == incoming:
        return Verdict.SAME, ""
    last = remembered(section, key)
    untouched = last is not None and last.state == digest_of(current)
    nothing_new = last is not None and last.imported == digest_of(incoming)
    if untouched:
        return (Verdict.SAME, "") if nothing_new else (Verdict.CHANGE, "")
    if nothing_new:
        return Verdict.CONFLICT, _("It was changed here since; the bundle brings nothing newer.")
    if last is None:
        return Verdict.CONFLICT, _("It was made here, not imported, and the bundle says otherwise.")
    return Verdict.CONFLICT, _("It was changed here since the last import, and the bundle says otherwise.")


def _different(incoming: Record, current: Record | None) -> tuple[str, ...]:
    names = [*incoming, *(name for name in current or {} if name not in incoming)]
    return tuple(
        name
        for name in names
        if name not in ("translation_key", "ids") and incoming.get(name) != (current or {}).get(name)
    )


def _places(bundle: Bundle) -> Iterator[str]:
    for slug, related in sorted(bundle.related.items()):
        if slug not in bundle.services and services.page_of(related.translation_key) is None:
            yield _(
                "The service refers to “%(title)s”, which is not here yet. An unpublished page keeps its place "
                "until you import it."
            ) % {"title": related.title}


def _languages(bundle: Bundle) -> Iterator[str]:
    names = dict(content_languages())
    for record in bundle.services.values():
        given = record.get("languages") or list(names)
        for code in names.keys() - set(given) - {settings.LANGUAGE_CODE}:
            yield _("The bundle brings no page in %(language)s.") % {"language": names[code]}
