"""The service page as a record: read back from the portal, found in it, and written into it."""

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict
from wagtail.blocks import Block
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail_localize.fields import TranslatableField, get_translatable_fields

from cms.languages import content_languages
from services_catalog.bundles.archive import BundleRefused, Related, checked, refused
from services_catalog.bundles.sections import Record
from services_catalog.content import ContentError, Reading, load_page
from services_catalog.content.faults import of_a_form
from services_catalog.content.media import Media, Packed
from services_catalog.content.pages import fields_of
from services_catalog.content.places import translation_key_of
from services_catalog.content.read_back import ReadBack, plain
from services_catalog.going_live import NotReadyToGoLive
from services_catalog.models import ServiceIndexPage, ServicePage
from services_catalog.organisations.models import Department

SERVICES = "services"


class _Frame(BaseModel):
    """What every service's file holds; the parts of the page are checked by their blocks and fields."""

    model_config = ConfigDict(extra="allow")
    slug: str
    translation_key: UUID | None = None
    languages: list[str] = []
    ids: dict[str, UUID] = {}
    title: str | dict[str, str]


def check_frame(slug: str, record: Record) -> None:
    name = f"services/{slug}.json"
    if checked(_Frame, record, name).slug != slug:
        raise BundleRefused(_("%(name)s: the slug in it is another one.") % {"name": name})


def key_of(record: Record) -> UUID:
    """What the service is known by in every portal."""
    given = record.get("translation_key")
    return UUID(given) if given else translation_key_of(record["slug"])


def catalogue() -> ServiceIndexPage | None:
    found: ServiceIndexPage | None = ServiceIndexPage.objects.filter(
        locale__language_code=settings.LANGUAGE_CODE
    ).first()
    return found


def page_of(key: UUID) -> ServicePage | None:
    """The service in the source language."""
    pages = ServicePage.objects.filter(translation_key=key, locale__language_code=settings.LANGUAGE_CODE)
    found: ServicePage | None = pages.select_related("locale", "department__organisation", "category").first()
    return found


def is_a_place(page: ServicePage) -> bool:
    """Whether a page only keeps the place of a service that others refer to: nobody wrote anything in it."""
    return not page.live and page.latest_revision_id is None


def other_at(slug: str, key: UUID) -> Page | None:
    """Another page that has this address already."""
    above = catalogue()
    return Page.objects.child_of(above).filter(slug=slug).exclude(translation_key=key).first() if above else None


def record_of(page: ServicePage, media: Packed, related: dict[str, Related], *, published: bool) -> Record:
    """The content file of a service. `related` is filled with the services it refers to."""
    pages = _versions(page, published=published)
    source = pages[settings.LANGUAGE_CODE]
    reader = ReadBack(
        source.slug, settings.LANGUAGE_CODE, lambda block, key: _name_of(block, key, media=media, related=related)
    )
    found = {name: _field(reader, name, pages) for name in fields_of(ServicePage)}
    model = ServicePage._meta
    parts = {
        name: value
        for name, value in found.items()
        if value not in (None, "", [], {}) and value != plain(model.get_field(name).get_default())
    }
    languages = [code for code, _name in content_languages() if code in pages]
    frame: Record = {"slug": parts.pop("slug"), "translation_key": str(page.translation_key)}
    if languages != [code for code, _name in content_languages()]:
        frame["languages"] = languages
    ids = {"ids": dict(sorted(reader.ids.items()))} if reader.ids else {}
    # As JSON, so that what is compared is what is written.
    written: Record = json.loads(json.dumps({**frame, **parts, **ids}))
    return written


def write(record: Record, media: Media, *, live: bool, user: Any) -> ServicePage:
    """Make or change the page in every language.

    Raises:
        BundleRefused: with every fault at its place.
    """
    above = catalogue()
    name = f"services/{record['slug']}.json"
    if above is None:
        raise BundleRefused(no_catalogue())
    reading = Reading(media=media, found=service_named, live=live, user=user)
    full = {**record, "translation_key": str(key_of(record))}
    try:
        return load_page(ServicePage, full, parent=above, reading=reading)
    except ContentError as error:
        raise refused(error, name) from error
    except NotReadyToGoLive as refusal:
        faults = of_a_form(refusal.faults, refusal.page.form_steps)
        raise BundleRefused(*(f"{name}: {fault}" for fault in faults)) from refusal


def keep_place(slug: str, related: Related) -> None:
    """An unpublished page for a service that is referred to and not here yet."""
    above = catalogue()
    if (
        above is not None
        and page_of(related.translation_key) is None
        and other_at(slug, related.translation_key) is None
    ):
        place = ServicePage(
            slug=slug,
            title=related.title,
            summary=related.title[:250],
            translation_key=related.translation_key,
            locale=above.locale,
            live=False,
        )
        above.add_child(instance=place)


def part_words(part: str) -> str:
    """What an editor calls a part of the page."""
    if part == "languages":
        return _("languages")
    try:
        return str(ServicePage._meta.get_field(part).verbose_name)
    except FieldDoesNotExist:
        return part


def no_catalogue() -> str:
    return _("This portal has no catalogue of services yet. Load its pages first: manage.py load_content.")


def _versions(page: ServicePage, *, published: bool) -> dict[str, ServicePage]:
    """The page in each language, the source first: as published, or as it was last saved."""
    found = {}
    for one in page.get_translations(inclusive=True).select_related("locale"):
        if not published:
            found[one.locale.language_code] = one.get_latest_revision_as_object() if one.latest_revision_id else one
        elif one.live:
            found[one.locale.language_code] = one
    codes = [settings.LANGUAGE_CODE, *(code for code, _name in content_languages() if code != settings.LANGUAGE_CODE)]
    return {code: found[code] for code in codes if code in found}


def _field(reader: ReadBack, name: str, pages: Mapping[str, ServicePage]) -> Any:
    field = ServicePage._meta.get_field(name)
    source = pages[reader.source]
    shown = pages if name in _translated() else {reader.source: source}
    if isinstance(field, StreamField):
        return reader.written(field.stream_block, {code: _raw(field, page) for code, page in shown.items()}, name)
    if isinstance(field, models.ForeignKey):
        row = getattr(source, name)
        if isinstance(row, Department):
            return f"{row.organisation.key}/{row.key}"
        return row.key if row else None
    values = {code: getattr(page, name) for code, page in shown.items()}
    if isinstance(field, RichTextField):
        return reader.rich_texts(values, name) if any(values.values()) else ""
    if name in _translated():
        return reader.texts(values)
    return plain(values[reader.source])


def _raw(field: StreamField, page: ServicePage) -> Any:
    return field.stream_block.get_prep_value(getattr(page, field.name))


def _translated() -> set[str]:
    return {field.field_name for field in get_translatable_fields(ServicePage) if isinstance(field, TranslatableField)}


def _name_of(block: Block, key: int, *, media: Packed, related: dict[str, Related]) -> str:
    if isinstance(block, DocumentChooserBlock):
        return media.document(key)
    page = Page.objects.filter(pk=key).select_related("locale").first()
    with suppress(AttributeError):
        source = page.specific.source
        related[source.slug] = Related(translation_key=source.translation_key, title=source.title)
        return str(source.slug)
    return ""


def service_named(name: str) -> int | None:
    pages = ServicePage.objects.filter(slug=name, locale__language_code=settings.LANGUAGE_CODE)
    return pages.values_list("pk", flat=True).first()
