"""What a person answers in each service of the content files, and how he would type it.

The same answers are given without a browser (test_content.py) and in one (tests/journeys/test_services.py).
An answer that hangs on the files' registries or calendars is a function.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone

from forms_builder.fields import Context, field_type
from forms_builder.spec import FieldSpec, FormSpec
from service_requests.appointments.models import AppointmentCalendar
from service_requests.appointments.slots import offered
from services_catalog.organisations.models import Organisation
from tests.factories import national_id
from tests.services_catalog.content_files import CONTENT, FILES, form_of, read

# In the place of an answer to a question for files: whatever paper is at hand.
FILE = ["a file"]

PERSON = {"type": "national_id", "number": national_id(7)}
EGYPTIAN = {"type": "national_id", "number": "29001011234567"}
CITIZEN = {"full_name": "محمود حسن علي سالم", "identity": EGYPTIAN, "mobile": "+201001234567"}
BENEFICIARY = {"identity": PERSON, "mobile": "+966501234567", "email": "noura@example.com"}
UNIT = {"authority": "district", "authority_name": "حي شرق", "address": "12 شارع النيل", "use": "home"}
METERS = {"utility": "electricity", "purpose": "safety", "meters": 4}
WATER = {"utility": "water", "purpose": "leak", "meters": 3}
SOON, PAST = (timezone.localdate() + timedelta(days=10)).isoformat(), "2025-11-03"


def interview() -> dict[str, Any]:
    """An appointment as the calendar of the file offers it now."""
    ((key, content),) = read(CONTENT / "madinah" / "calendars.json").items()
    values = {name: value for name, value in content.items() if name != "organisation"}
    calendar = AppointmentCalendar(**values, key=key, organisation=Organisation(time_zone="Asia/Riyadh"))
    start = offered(calendar.opening, timezone.now())[3].isoformat()
    told = {name: content[name] for name in ("name", "place")}
    return {"calendar": key, "slot": start, "minutes": content["slot_minutes"], **told}


def permit() -> dict[str, Any]:
    """An answer about a permit that can be renewed."""
    (field,) = (field for field in form_of(FILES["amman-contractor-permit-renewal"]).fields() if field.type == "lookup")
    answer: dict[str, Any] = field_type("lookup").example(field, Context(language="ar"))
    return answer


TICKET = "TWM-1448-000003"

# Whatever files are asked for, each of them is given one.
WALKS: list[tuple[str, dict[str, Any]]] = [
    (
        "madinah-official-interview",
        {
            **BENEFICIARY, "full_name": "سعد فهد الحربي", "office_name": "مكتب العمران", "classification": "4471",
            "official": "services", "interview_date": interview, "has_more": True,
        },
    ),
    (
        "amman-contractor-permit-renewal",
        {
            "permit": permit, "reason": "انتهاء مدة التصريح.", "phone": "+962791234567",
        },
    ),
    ("egypt-utility-inspection", {**CITIZEN, **UNIT, "capacity": "owner", "utilities": [METERS]}),
    ("egypt-utility-inspection", {**CITIZEN, **UNIT, "use": "other", "other_use": "مخزن", "capacity": "agent",
                                  "utilities": [METERS, WATER]}),
    (
        "egypt-public-meeting",
        {
            **CITIZEN, "topic": "earlier", "inquiry_number": "EGC-2026-000012", "details": "متابعة الشكوى.",
            "meeting_date": SOON, "attendees": [{"name": "علي حسن سالم", "identity": EGYPTIAN}],
        },
    ),
    # Who walks here has sent nothing before (tests/service_requests/wizard/test_earlier_request.py).
    ("contact-inquiry", {**BENEFICIARY, "about": "transaction", "transaction": TICKET, "details": "أين طلبي؟"}),
    (
        "contact-complaint",
        {
            **BENEFICIARY, "service": "إصدار شهادة", "service_date": PAST, "reason": "other",
            "other_reason": "تعطل النظام", "has_ticket": False, "details": "لم تصدر الشهادة.",
        },
    ),
    (
        "contact-objection",
        {
            **BENEFICIARY, "was_answered": True, "on_platform": False, "answered_ticket": TICKET,
            "request_type": "complaint", "answer_date": PAST,
            "reason": "not_done", "details": "لم ينفذ الرد.",
        },
    ),
    (
        "contact-suggestion",
        {**BENEFICIARY, "aim": "improve", "service": "المواعيد", "title": "مواعيد مسائية", "details": "المساء أنسب."},
    ),
    (
        "najran-appointment",
        {
            **BENEFICIARY, "applicant_type": "individual", "full_name": "نورة عبدالله فهد الدوسري",
            "governorate": "najran", "appointment_type": "department", "party": "rights", "gate": "main",
            "reason": "follow_up", "topic": "متابعة معاملة.", "companions": [{"name": "علي سالم", "identity": PERSON}],
            "has_items": True, "items": ["other"], "other_item": "مظلة",
        },
    ),
    (
        "contact-technical-support",
        {
            **BENEFICIARY, "place": "requests", "problem": "files", "address": "https://example.com/requests",
            "happened_on": PAST, "happened_at": "09:30", "details": "لا يقبل الملف.", "device": "phone",
        },
    ),
]  # fmt: skip
# One for each service.
FIRST_WALKS = dict(reversed(WALKS))


def answers_of(spec: FormSpec, walk: Mapping[str, Any]) -> dict[str, Any]:
    """The answers of a walk, functions asked and files put in."""
    given = {key: answer() if callable(answer) else answer for key, answer in walk.items()}
    for field in spec.fields():
        if field.type == "files":
            given[field.key] = FILE
        elif field.fields and field.key in given:
            papers = {column.key: FILE for column in field.fields if column.type == "files"}
            given[field.key] = [{**row, **papers} for row in given[field.key]]
    return given


def inputs_of(
    fields: Iterable[FieldSpec], answers: Mapping[str, Any], context: Context, prefix: str = ""
) -> dict[str, Any]:
    """What a person writes, by the name of the input, in the order of the page; `FILE` for a file."""
    typed: dict[str, Any] = {}
    for field in fields:
        kind, answer = field_type(field.type), answers.get(field.key)
        if answer is None or field.fields or kind.computes:
            continue
        name = f"{prefix}{field.key}"
        if answer == FILE:
            typed[name] = answer
            continue
        asked = kind.form_field(field, context, required=True)
        value = asked.prepare_value(kind.from_answer(field, answer))
        parts = asked.widget.decompress(value) if isinstance(asked.widget, forms.MultiWidget) else [value]
        names = getattr(asked.widget, "widgets_names", [""])
        typed |= {name + part: text for part, text in zip(names, parts, strict=True) if text is not None}
    return typed
