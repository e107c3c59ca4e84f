"""Sample requests for `manage.py demo`, made the way people make them: by submitting and by actions.

Nothing here writes a request itself. The clock is put back while they happen.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from forms_builder.fields.base import Context, field_type
from forms_builder.models import FormVersion
from home.accounts.models import User
from service_requests.casework.asking import Wanted
from service_requests.demonstration_account import fill_account
from service_requests.demonstration_days import OfficeHours, clock_at
from service_requests.feedback.rating import Survey, rate
from service_requests.notices.models import Notice
from service_requests.notices.outbox import deliver
from service_requests.records.files import keep_file
from service_requests.records.models import ServiceRequest
from service_requests.wizard import drafts, uploads
from service_requests.wizard.models import Draft
from service_requests.wizard.submit import submit
from service_requests.workflow import actions
from services_catalog.models import ServicePage

WANTED = 25
CLERK, SUPERVISOR = "clerk", "supervisor"
# What happened to the requests, in turn.
FATES = ("new", "taken", "asked", "answered", "approved", "new", "rejected", "approved", "assigned", "new")
# The smallest picture there is: 1 × 1, white.
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8ffffff7f0009fb03fd"
    "05434571220000000049454e44ae426082"
)


def file_requests(told: dict[str, Any], applicants: list[User]) -> int:
    """Bring the number of requests of this service up to WANTED; how many were made."""
    service = ServicePage.objects.filter(slug=told["service"], locale__language_code=settings.LANGUAGE_CODE).first()
    version = service.form_version if service else None
    if service is None or version is None:
        return 0
    there = ServiceRequest.objects.filter(service=service).count()
    # Whoever has begun an application of his own is left to finish it.
    busy = set(Draft.objects.filter(service=service, closed_at=None).values_list("applicant", flat=True))
    people = cycle([person for person in applicants if person.pk not in busy])
    hours = OfficeHours.until(timezone.now(), timezone.get_current_timezone())
    for place in range(WANTED):
        person = next(people)
        if place >= there:
            story = _Story(hours, hours.submitted(place, WANTED))
            with story.moment():
                request = _submitted(service, version, person, told, place)
            _befall(story, request, FATES[place % len(FATES)], told, person)
            story.tell(request)
    if applicants:
        clerk, known = User.objects.get(username=CLERK), _known_of(applicants[0])
        fill_account(told, applicants[0], clerk, known, PICTURE)
        for notice in Notice.objects.filter(request__applicant=applicants[0], sent_at=None):
            deliver(notice.public_id)
    return max(WANTED - there, 0)


@dataclass
class _Story:
    """What happens to one request, each time a while after what came before."""

    hours: OfficeHours
    minute: int

    @contextmanager
    def moment(self) -> Iterator[None]:
        with clock_at(self.hours.at(self.minute)):
            yield
        self.minute += 45 + self.minute % 140

    def tell(self, request: ServiceRequest) -> None:
        """What the citizen was told went out seconds after it was written."""
        for notice in Notice.objects.filter(request=request):
            with clock_at(min(notice.created_at + timedelta(seconds=4), timezone.now())):
                deliver(notice.public_id)


@transaction.atomic
def _submitted(
    service: ServicePage, version: FormVersion, person: User, told: dict[str, Any], place: int
) -> ServiceRequest:
    draft = drafts.new_draft(person, service, version, settings.LANGUAGE_CODE)
    draft.data["extra_data"]["answers"] = _answers(told, version, person, place)
    draft.save()
    letter = SimpleUploadedFile("letter.png", PICTURE, content_type="image/png")
    kept = keep_file(letter, place=told["letter"], kinds=["png"], max_bytes=1_000_000, by=person)
    uploads.claim(draft, [kept])
    context = Context(
        language=settings.LANGUAGE_CODE,
        country=service.organisation.country if service.organisation else "SA",
        evidence={"at": timezone.now().isoformat(), "address": "127.0.0.1"},
    )
    return submit(draft, by=person, context=context, signed={"declaration": True})


def _known_of(person: User) -> dict[str, Any]:
    return {
        "full_name": person.full_name,
        "identity": {"type": person.identity_type, "number": person.identity_number},
        "mobile": person.mobile,
        "email": person.email,
    }


def _answers(told: dict[str, Any], version: FormVersion, person: User, place: int) -> dict[str, Any]:
    """What the file says, and what the account knows of the person."""
    known = _known_of(person)
    of_person = {
        field.key: known[purpose]
        for field in version.value.fields()
        if (purpose := field_type(field.type).known_as) in known
    }
    answers, reasons = told["answers"], told["reasons"]
    return {**of_person, **answers[place % len(answers)], **reasons[place % len(reasons)]}


def _befall(story: _Story, request: ServiceRequest, fate: str, told: dict[str, Any], person: User) -> None:
    clerk = User.objects.get(username=CLERK)
    if fate == "assigned":
        supervisor = User.objects.get(username=SUPERVISOR)
        with story.moment():
            actions.assign(request, by=supervisor, to=clerk, reason=told["assigning"])
    if fate in {"new", "assigned"}:
        return
    with story.moment():
        actions.take(request, by=clerk)
    if fate in {"asked", "answered"}:
        with story.moment():
            asked = told["documents"] if fate == "asked" else []
            question = told["questions"][request.serial % len(told["questions"])]
            actions.ask_citizen(request, by=clerk, text=question, documents=[Wanted(**one) for one in asked])
    if fate == "answered":
        with story.moment():
            actions.answer(request, by=person, text=told["answer"])
    if fate == "approved":
        with story.moment():
            actions.approve(request, by=clerk, note=told["approval"])
    if fate == "rejected":
        with story.moment():
            actions.reject(request, by=clerk, reason=told["rejection"])
    if fate in {"approved", "rejected"}:
        with story.moment():
            rate(request, Survey(**told["ratings"][request.serial % len(told["ratings"])]))
