"""What the demonstration's citizen finds in his account beside his requests: a message, a draft, an appointment."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from forms_builder.fields.appointment import answer_of
from forms_builder.fields.base import Context
from home.accounts.establishments.delegating import current_establishments
from home.accounts.models import User
from service_requests.appointments.port import OfficeCalendars
from service_requests.demonstration_days import clock_at
from service_requests.records.files import keep_file
from service_requests.records.models import Message, ServiceRequest
from service_requests.wizard import drafts, uploads
from service_requests.wizard.models import Draft
from service_requests.wizard.submit import submit
from service_requests.workflow import actions
from services_catalog.models import ServicePage
from services_catalog.processes.statuses import Status


def fill_account(told: dict[str, Any], person: User, clerk: User, known: dict[str, Any], picture: bytes) -> None:
    """Add what he does not have yet.

    Args:
        known: answers by what the account knows of a person (FieldType.known_as).
        picture: what is uploaded where a file is asked for.
    """
    _message(told, person, clerk)
    _draft(told["account"]["draft"], person)
    _appointment(told["account"]["appointment"], person, known, picture)


def _message(told: dict[str, Any], person: User, clerk: User) -> None:
    mine = ServiceRequest.objects.filter(applicant=person)
    running = mine.open().exclude(status=Status.WAITING_CITIZEN).order_by("pk").first()
    if running and not Message.objects.filter(request__in=mine, kind=Message.Kind.WORD).exists():
        actions.file_under(running, told["transaction"], by=clerk)
        actions.write_to(running, by=clerk, text=told["word"])


def _draft(told: dict[str, Any], person: User) -> None:
    service = _service(told["service"])
    version = service.form_version if service else None
    if service and version and not Draft.objects.filter(applicant=person, service=service).exists():
        with clock_at(timezone.now() - timedelta(days=told["days_ago"])):
            drafts.new_draft(person, service, version, settings.LANGUAGE_CODE).save()


def _appointment(told: dict[str, Any], person: User, known: dict[str, Any], picture: bytes) -> None:
    """A request with the next free time of its calendar."""
    service = _service(told["service"])
    version = service.form_version if service else None
    if service is None or version is None or Draft.objects.filter(applicant=person, service=service).exists():
        return
    field = next(field for field in version.value.fields() if field.key == told["field"])
    office = current_establishments(person).first() if service.is_for_establishments else None
    draft = drafts.new_draft(person, service, version, settings.LANGUAGE_CODE, office)
    openings = OfficeCalendars().openings(field.settings["calendar"], draft.holder)
    if not openings.free:
        return
    answers = {**known, **told["answers"], told["field"]: answer_of(openings, openings.free[0])}
    asked = {field.key for field in version.value.fields()}
    draft.data["extra_data"]["answers"] = {key: answer for key, answer in answers.items() if key in asked}
    with transaction.atomic():
        draft.save()
        for place in told["files"]:
            uploaded = SimpleUploadedFile(f"{place}.png", picture, content_type="image/png")
            uploads.claim(draft, [keep_file(uploaded, place=place, kinds=["png"], max_bytes=1_000_000, by=person)])
        country = service.organisation.country if service.organisation else "SA"
        context = Context(
            language=settings.LANGUAGE_CODE,
            country=country,
            evidence={"at": timezone.now().isoformat(), "address": "127.0.0.1"},
        )
        submit(draft, by=person, context=context, signed={"declaration": True})


def _service(slug: str) -> ServicePage | None:
    found: ServicePage | None = ServicePage.objects.filter(
        slug=slug, locale__language_code=settings.LANGUAGE_CODE
    ).first()
    return found
