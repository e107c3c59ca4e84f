"""A bundle into the portal: all of it or nothing."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext as _

from services_catalog.bundles import services
from services_catalog.bundles.archive import Bundle, BundleRefused, checked, refused
from services_catalog.bundles.digests import remember
from services_catalog.bundles.planning import Item, Plan, Verdict, plan_of
from services_catalog.bundles.sections import Record, Section, sections
from services_catalog.bundles.services import SERVICES
from services_catalog.content import ContentError
from services_catalog.content.media import Media, MediaFile, Packed
from services_catalog.models import ServicePage

DatabaseRefusal = (DataError, IntegrityError)


@dataclass(frozen=True)
class Outcome:
    """What an import did."""

    plan: Plan
    written: tuple[Item, ...]
    pages: tuple[ServicePage, ...]


class _Rehearsed(Exception):
    """Everything went well, and nothing of it is kept."""


class _FilesOf(Media):
    def __init__(self, bundle: Bundle) -> None:
        super().__init__()
        self.bundle = bundle

    def media(self, name: str) -> MediaFile:
        found = self.bundle.media.get(name)
        if found is None:
            raise ContentError(_("there is no file files/%(name)s in the bundle") % {"name": name})
        return found


def import_bundle(
    bundle: Bundle, *, user: Any = None, live: bool = True, force: bool = False, planned: str = ""
) -> Outcome:
    """Import a bundle in one transaction, through the same review as publishing.

    Args:
        live: publish the service; otherwise it stays a draft, and its form may have faults.
        force: replace what was changed here since the last import; otherwise that is left alone.
        planned: digest of the plan that was agreed to; when another has come of it, nothing is done.

    Raises:
        BundleRefused: with everything that must be put right; nothing is imported then.
    """
    files = _FilesOf(bundle)
    try:
        with _whole_or_nothing():
            return _import(bundle, files, user=user, live=live, force=force, planned=planned)
    except BaseException:
        files.take_back()
        raise


def rehearse(bundle: Bundle, *, user: Any = None, live: bool = True, force: bool = False) -> list[str]:
    """What would be refused if this bundle were imported now. Everything is done, and undone again."""
    files = _FilesOf(bundle)
    try:
        with _whole_or_nothing():
            _import(bundle, files, user=user, live=live, force=force, planned="")
            raise _Rehearsed
    except _Rehearsed:
        return []
    except BundleRefused as refusal:
        return refusal.messages
    finally:
        files.take_back()


@contextmanager
def _whole_or_nothing() -> Iterator[None]:
    """A transaction; what only the database refuses is a refusal in words too."""
    try:
        with transaction.atomic():
            yield
    except DatabaseRefusal as error:
        raise BundleRefused(
            _("A value is larger than can be stored, or somebody imported the same just now. Try again.")
        ) from error


def load_records(name: str, records: Mapping[str, Any], files: Media) -> None:
    """The records of one section from a content folder, whatever stands here.

    Raises:
        BundleRefused: when one does not fit or is wrong.
    """
    section = sections()[name]
    for key, record in records.items():
        whole = checked(section.record, record, f"{name}.json, {key}").model_dump(mode="json")
        _write(section, key, section.title(key, whole), whole, files)


def note_loaded(section: str, key: str) -> None:
    """A content folder brought this record: nobody has edited it here yet."""
    if section == SERVICES:
        page = services.page_of(UUID(key))
        state = services.record_of(page, Packed(), {}, published=False) if page else None
    else:
        state = _whole(sections()[section], key)
    remember(section, key, state, state)


def _import(bundle: Bundle, files: Media, *, user: Any, live: bool, force: bool, planned: str) -> Outcome:
    plan = plan_of(bundle, user=user, live=live)
    if planned and plan.digest != planned:
        raise BundleRefused(_("Something changed here since this plan was made. Look at the plan again."))
    if plan.problems:
        raise BundleRefused(*plan.problems)
    chosen = [item for item in plan.items if item in plan.changes or (force and item.verdict is Verdict.CONFLICT)]
    for item in chosen:
        if item.section != SERVICES:
            record = bundle.records[item.section][item.key]
            _write(sections()[item.section], item.key, item.title, record, files)
    pages = tuple(
        _write_service(item.key, bundle, files, live=live, user=user) for item in chosen if item.section == SERVICES
    )
    return Outcome(plan, tuple(chosen), pages)


def _write(section: Section, key: str, title: str, record: Record, files: Media) -> None:
    place = f"{section.label} “{title}”"
    try:
        section.write(key, record, files)
    except ContentError as error:
        raise refused(error, place) from error
    except ValidationError as error:
        raise BundleRefused(*(f"{place}: {message}" for message in error.messages)) from error
    remember(section.name, key, record, _whole(section, key))


def _whole(section: Section, key: str) -> Record | None:
    read = section.read(key, Packed())
    return section.record.model_validate(read).model_dump(mode="json") if read is not None else None


def _write_service(slug: str, bundle: Bundle, files: Media, *, live: bool, user: Any) -> ServicePage:
    record = bundle.services[slug]
    for name, related in bundle.related.items():
        if name not in bundle.services:
            services.keep_place(name, related)
    page = services.write(record, files, live=live, user=user)
    key = services.key_of(record)
    state = services.record_of(page, Packed(), {}, published=False)
    remember(SERVICES, str(key), {**record, "translation_key": str(key)}, state)
    return page
