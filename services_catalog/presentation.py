"""A service page as plain values: what its template shows, in the order it shows it."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from cms.blocks import texts_of
from cms.languages import in_language
from services_catalog.cards import Card, cards, live_services, preview_slug, start_address
from services_catalog.facts import Fact, told_of
from services_catalog.models import ServicePage
from services_catalog.words import duration_in_words, fees_in_words, money_in_words, size_in_words


@dataclass(frozen=True)
class FileLink:
    """A file to download."""

    words: str
    address: str
    kind: str
    size: str
    version: str = ""


@dataclass(frozen=True)
class Paper:
    """A document the applicant needs."""

    name: str
    note: str
    only_if: str
    sample: FileLink | None


@dataclass(frozen=True)
class Suspension:
    """Why nobody can apply now, and until when."""

    reason: str
    returns_on: date | None


@dataclass(frozen=True)
class Contact:
    note: str
    phone: str
    email: str

    @property
    def phone_digits(self) -> str:
        return "".join(mark for mark in self.phone if mark.isdigit() or mark == "+")


@dataclass(frozen=True)
class Service:
    """One service as its page shows it."""

    title: str
    summary: str
    description: Any
    start: str
    sign_in_note: str
    suspension: Suspension | None
    actions: tuple[Fact, ...]
    facts: tuple[Fact, ...]
    beneficiaries: tuple[str, ...]
    fees: str
    fee_lines: tuple[tuple[str, str], ...]
    duration: str
    sla_note: str
    channels: tuple[str, ...]
    alternative_channels: tuple[str, ...]
    department: str
    organisation: str
    category: str
    category_key: str
    papers: tuple[Paper, ...]
    steps: tuple[tuple[str, str], ...]
    conditions: tuple[str, ...]
    questions: tuple[tuple[str, Any], ...]
    guides: tuple[FileLink, ...]
    contact: Contact
    related: tuple[Card, ...]
    updated_at: datetime | None


def presented(page: ServicePage, request: HttpRequest) -> Service:
    """Everything the page shows. Words come from `page`, the rest from its source."""
    source, language = page.source, page.locale.language_code
    start = "" if source.is_suspended else _start(page, source, request)
    told = tuple(told_of(source, request))
    category, department = source.category, source.department
    return Service(
        title=page.title,
        summary=page.summary,
        description=page.description,
        start=start,
        sign_in_note=page.sign_in_note or _how_to_come_in(source),
        suspension=Suspension(page.suspension_reason, source.returns_on) if source.is_suspended else None,
        actions=tuple(fact for fact in told if fact.place == "action" and start),
        facts=tuple(fact for fact in told if fact.place == "key"),
        beneficiaries=_lines(page.beneficiaries),
        fees=fees_in_words(source),
        fee_lines=_fee_lines(source, language),
        duration=duration_in_words(source),
        sla_note=page.sla_note,
        channels=_lines(page.channels),
        alternative_channels=_lines(page.alternative_channels),
        department=in_language(department.name, language) if department else "",
        organisation=in_language(department.organisation.name, language) if department else "",
        category=in_language(category.name, language) if category else "",
        category_key=category.key if category else "",
        papers=tuple(_paper(block.value) for block in page.documents),
        steps=tuple((block.value["title"], block.value["note"]) for block in page.service_steps),
        conditions=_lines(page.conditions),
        questions=tuple((block.value["question"], block.value["answer"]) for block in page.questions),
        guides=tuple(_guide(block.value, language) for block in source.guides if block.value["document"]),
        contact=_contact(page, source),
        related=_related(source, language),
        updated_at=page.last_published_at,
    )


def _start(page: ServicePage, source: ServicePage, request: HttpRequest) -> str:
    """Where applying begins: of a page that is only previewed, in the preview of its form."""
    if getattr(request, "is_preview", False):
        written = source if page is source else source.get_latest_revision_as_object()
        return start_address(preview_slug(source.pk)) if source.pk and written.form_steps else ""
    version = page.form_version
    return start_address(source.slug) if version is not None and version.value.steps else ""


def _how_to_come_in(source: ServicePage) -> str:
    if source.requires_national_sign_in:
        return _("To apply, sign in with the national sign-in.")
    if source.is_for_guests:
        return _("You can apply with an account or without one.")
    return _("You need to sign in to apply.")


def _lines(entries: Any) -> tuple[str, ...]:
    return tuple(str(entry.value) for entry in entries if entry.value)


def _fee_lines(source: ServicePage, language: str) -> tuple[tuple[str, str], ...]:
    currency = source.organisation.currency if source.organisation else "SAR"
    return tuple(
        (
            in_language(texts_of(line.value["words"]), language),
            money_in_words(line.value["amount"] or Decimal(0), currency),
        )
        for line in source.fee_lines
    )


def _paper(value: Any) -> Paper:
    sample = value["sample"]
    return Paper(value["name"], value["note"], value["only_if"], _file(sample, _("Sample")) if sample else None)


def _guide(value: Any, language: str) -> FileLink:
    return _file(value["document"], in_language(texts_of(value["words"]), language), value["version"])


def _file(document: Any, words: str, version: str = "") -> FileLink:
    size = document.get_file_size()
    return FileLink(
        words=words,
        address=document.url,
        kind=document.file_extension.upper(),
        size=size_in_words(size) if size else "",
        version=version,
    )


def _contact(page: ServicePage, source: ServicePage) -> Contact:
    organisation = source.organisation
    return Contact(
        note=page.contact_note,
        phone=source.contact_phone or (organisation.phone if organisation else ""),
        email=source.contact_email or (organisation.email if organisation else ""),
    )


def _related(source: ServicePage, language: str) -> tuple[Card, ...]:
    keys = [block.value.translation_key for block in source.related_services if block.value]
    return tuple(cards(list(live_services(language).filter(translation_key__in=keys)))) if keys else ()
