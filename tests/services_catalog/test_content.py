"""The services that come as content files: their forms are right, whole in each language, and can be filled in.

Loading the files into pages is proved in tests/front/test_content.py.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.test import Client
from django.utils import timezone
from django.utils.translation import override
from wagtail.blocks import StreamBlock

from cms.arabic import fold
from forms_builder.blocks import FormStepsBlock
from forms_builder.compiler import compile_form
from forms_builder.fields import Context, field_type
from forms_builder.ports import Entry, KnownCalendar, KnownRegistry, Openings, register_calendars, register_registries
from forms_builder.review import review
from forms_builder.route import effective_answers, shown_fields, steps
from forms_builder.spec import FieldSpec, FormSpec, StepSpec
from home.accounts.models import User
from service_requests.appointments.content import keep_calendar
from service_requests.appointments.models import AppointmentCalendar
from service_requests.appointments.slots import offered
from service_requests.records.models import ServiceRequest
from services_catalog.content.written import Words, Writer
from services_catalog.models import ServicePage
from services_catalog.organisations.models import Organisation
from services_catalog.registries.columns import ColumnsBlock
from services_catalog.registries.models import Registry, RegistryEntry
from tests.factories import DepartmentFactory, OrganisationFactory, ServicePageFactory
from tests.forms_builder.registers import RegistersInMemory
from tests.service_requests.wizard.samples import Browser, national_id, picture

CONTENT = Path(settings.BASE_DIR) / "content"
FILES = sorted(CONTENT.glob("*/services/*.json"))
LANGUAGES = {code for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES}
every_service = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


def read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def body_of(path: Path) -> dict[str, Any]:
    return read(path.parent.parent / "organisation.json")


def form_of(path: Path) -> FormSpec:
    """The compiled form of a content file, without a database."""
    fees = ServicePage._meta.get_field("fee_lines").stream_block
    return compile_form(
        _blocks(path, FormStepsBlock(), "form_steps"),
        currency=body_of(path)["currency"],
        organisation=body_of(path)["key"],
        fee_lines=_blocks(path, fees, "fee_lines"),
    )


def _blocks(path: Path, block: StreamBlock, name: str) -> Any:
    writer = Writer(path.stem, Words(settings.LANGUAGE_CODE), lambda chooser, name: 0)
    return block.to_python(writer.raw(block, read(path).get(name, []), name))


@pytest.fixture(autouse=True)
def _registry_of_the_files() -> Iterator[None]:
    """What forms look up stands in a content file too."""
    (path,) = CONTENT.glob("*/registries.json")
    ((key, written),) = read(path).items()
    columns = [{"type": "column", "value": column, "id": column["key"]} for column in written["columns"]]
    registry = Registry(key=key, columns=ColumnsBlock().to_python(columns))
    entries = [RegistryEntry(registry=registry) for _entry in written["entries"]]
    for entry, values in zip(entries, written["entries"], strict=True):
        entry.fill(values)
    in_memory = RegistersInMemory(
        KnownRegistry(registry.key, written["organisation"], registry.column_list, has_expiry=bool(registry.expiry)),
        [Entry(str(entry.public_id), entry.values, is_expired=_is_past(entry)) for entry in entries],
    )
    before = register_registries(in_memory)
    yield
    register_registries(before)


def _is_past(entry: RegistryEntry) -> bool:
    return entry.expires_on is not None and entry.expires_on < timezone.localdate()


def permit() -> dict[str, Any]:
    """An answer about a permit that can be renewed."""
    with_permit = next(path for path in FILES if path.stem == "amman-contractor-permit-renewal")
    (field,) = (field for field in form_of(with_permit).fields() if field.type == "lookup")
    answer: dict[str, Any] = field_type("lookup").example(field, Context(language="ar"))
    return answer


def every_question(spec: FormSpec) -> Iterator[FieldSpec]:
    for field in spec.fields():
        yield field
        yield from field.fields


def texts_in(written: Any, place: str = "") -> Iterator[tuple[str, Mapping[str, str]]]:
    """Every text with its languages, and where it stands."""
    if isinstance(written, list):
        for at, entry in enumerate(written):
            yield from texts_in(entry, f"{place}[{at}]")
    elif isinstance(written, dict) and written and set(written) <= LANGUAGES:
        yield place, written
    elif isinstance(written, dict):
        for name, part in written.items():
            yield from texts_in(part, f"{place}.{name}")


class CalendarsOfContent:
    """The calendars of the files, without a database."""

    def __init__(self) -> None:
        files = map(read, CONTENT.glob("*/calendars.json"))
        self.keys = {key: calendar["organisation"] for file in files for key, calendar in file.items()}

    def choices(self) -> list[tuple[str, str]]:
        return [(key, key) for key in self.keys]

    def calendar(self, key: str) -> KnownCalendar | None:
        return KnownCalendar(key, self.keys[key], {}, {}, 30) if key in self.keys else None

    def openings(self, key: str, holder: str) -> Openings:
        return Openings(calendar=self.calendar(key))


@pytest.fixture
def calendars_of_content() -> Iterator[None]:
    before = register_calendars(CalendarsOfContent())
    yield
    register_calendars(before)


# -- what stands in the files


@every_service
@pytest.mark.usefixtures("calendars_of_content")
@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_the_form_passes_the_review_without_a_fault(path: Path, language: str) -> None:
    with override(language):
        assert [fault.message for fault in review(form_of(path))] == []


@pytest.mark.parametrize("path", sorted(CONTENT.glob("*/**/*.json")), ids=lambda path: f"{path.parts[-3]}/{path.stem}")
def test_every_text_is_there_in_every_language(path: Path) -> None:
    wanting = [
        place for place, texts in texts_in(read(path)) if not all(texts.get(code, "").strip() for code in LANGUAGES)
    ]

    assert wanting == []


@every_service
def test_no_english_text_holds_an_arabic_letter(path: Path) -> None:
    mixed = [
        place for place, texts in texts_in(read(path)) if any("\u0600" <= letter <= "\u06ff" for letter in texts["en"])
    ]

    assert mixed == []


@every_service
@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_no_two_questions_of_a_step_read_the_same(path: Path, language: str) -> None:
    for step in form_of(path).steps:
        for fields in (step.fields, *(field.fields for field in step.fields)):
            labels = Counter(fold(field.label[language]) for field in fields if field_type(field.type).has_answer)
            assert [label for label, times in labels.items() if times > 1] == []


@every_service
def test_the_page_says_everything_a_citizen_asks(path: Path) -> None:
    service = read(path)

    for name in ("summary", "description", "beneficiaries", "conditions", "documents", "channels", "service_steps",
                 "questions", "contact_note", "keywords", "category", "department", "sla_note"):  # fmt: skip
        # A body with one service and a unified number needs no further word on how to reach it.
        assert service.get(name) or (name == "contact_note" and body_of(path).get("phone")), name
    assert bool(service.get("no_fees")) is not bool(service.get("fee_lines"))


@every_service
def test_the_file_is_named_after_its_service_and_refers_to_its_body(path: Path) -> None:
    service, body = read(path), body_of(path)

    organisation, _slash, department = service["department"].partition("/")
    assert path.stem == service["slug"]
    assert organisation == body["key"] == path.parent.parent.name
    assert department in {unit["key"] for unit in body["departments"]}
    assert service["category"] in {shelf["key"] for shelf in body["categories"]}


def test_bodies_have_prefixes_and_shelves_of_their_own() -> None:
    bodies = [read(path) for path in CONTENT.glob("*/organisation.json")]

    prefixes = Counter(body["number_prefix"] for body in bodies)
    shelves = Counter(shelf["key"] for body in bodies for shelf in body["categories"])
    assert {*prefixes.values(), *shelves.values()} == {1}


# -- the forms, filled in

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


TICKET = "TWM-1448-000003"

# What a person answers; whatever files are asked for are sent as pictures.
WALKS: list[tuple[str, dict[str, Any]]] = [
    (
        "madinah-official-interview",
        {
            **BENEFICIARY, "full_name": "سعد فهد الحربي", "office_name": "مكتب العمران", "classification": "4471",
            "official": "services", "interview_date": interview(), "has_more": True,
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
    ("contact-inquiry", {**BENEFICIARY, "about": "earlier", "earlier_ticket": TICKET, "details": "أين طلبي؟"}),
    (
        "contact-complaint",
        {
            **BENEFICIARY, "service": "إصدار شهادة", "service_date": PAST, "reason": "other",
            "other_reason": "تعطل النظام", "has_ticket": True, "earlier_ticket": TICKET, "details": "لم تصدر الشهادة.",
        },
    ),
    (
        "contact-objection",
        {
            **BENEFICIARY, "was_answered": True, "answered_ticket": TICKET,
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


class Applicant:
    """Fills a form in, page after page, as its questions come up."""

    def __init__(self, browser: Browser, spec: FormSpec, answers: dict[str, Any], context: Context) -> None:
        self.browser, self.spec, self.context = browser, spec, context
        self.answers = {**answers, **{field.key: ["a file"] for field in spec.fields() if field.type == "files"}}

    def fill_in(self) -> None:
        for step in steps(self.spec, self.answers):
            if all(field.type in ("declaration", "content") for field in step.fields):
                continue  # signed on the review page
            for group in (field for field in self._shown(step) if field.fields):
                self._add_rows(step, group)
            self._press(step, "continue", self._typed(self._shown(step), self.answers))

    def _add_rows(self, step: StepSpec, group: FieldSpec) -> None:
        rest = self._typed(self._shown(step), self.answers)
        for number, row in enumerate(self.answers.get(group.key, ()), start=1):
            self.browser.send(step.key, rest, do=f"row-add:{group.key}")
            files = {field.key: ["a file"] for field in group.fields if field.type == "files"}
            typed = self._typed(group.fields, {**row, **files}, f"{group.key}.r{number}.")
            self._press(step, f"row-save:{group.key}", {**rest, **typed})

    def _shown(self, step: StepSpec) -> list[FieldSpec]:
        return shown_fields(step, effective_answers(self.spec, self.answers))

    def _press(self, step: StepSpec, button: str, typed: dict[str, Any]) -> None:
        """Press until the page is taken: without JavaScript an answer may first bring up another question."""
        for _time in range(4):
            # A file can be read once only.
            fresh = {name: picture() if value == ["a file"] else value for name, value in typed.items()}
            response = self.browser.send(step.key, fresh, do=button)
            if response.status_code == 303:
                return
        raise AssertionError(f"{step.key}: {response.content.decode().partition('error-summary')[2][:1500]}")

    def _typed(self, fields: Any, answers: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
        typed: dict[str, Any] = {}
        for field in fields:
            kind, answer = field_type(field.type), answers.get(field.key)
            if answer is None or field.fields or kind.computes:
                continue
            name = f"{prefix}{field.key}"
            if answer == ["a file"]:
                typed[name] = answer
                continue
            widget = kind.form_field(field, self.context, required=True).widget
            value = kind.from_answer(field, answer)
            parts = widget.decompress(value) if isinstance(widget, forms.MultiWidget) else [value]
            names = getattr(widget, "widgets_names", [""])
            typed |= {name + part: text for part, text in zip(names, parts, strict=True) if text is not None}
        return typed


def test_every_service_is_filled_in_below() -> None:
    assert {slug for slug, _answers in WALKS} == {path.stem for path in FILES}


@pytest.mark.django_db
@pytest.mark.parametrize("language", sorted(LANGUAGES))
@pytest.mark.parametrize(("slug", "answers"), WALKS, ids=[slug for slug, _answers in WALKS])
def test_the_service_can_be_applied_for(
    client: Client, citizen: User, slug: str, answers: dict[str, Any], language: str
) -> None:
    answers = {key: answer() if callable(answer) else answer for key, answer in answers.items()}
    path = next(path for path in FILES if path.stem == slug)
    spec, body = form_of(path), body_of(path)
    names = ("number_prefix", "year_kind", "time_zone", "country", "currency")
    office = OrganisationFactory(**{name: body[name] for name in names})
    for calendars in path.parent.parent.glob("calendars.json"):
        for key, content in read(calendars).items():
            keep_calendar(key, {name: value for name, value in content.items() if name != "organisation"}, office)
    page = ServicePageFactory(value=spec, department=DepartmentFactory(organisation=office))
    client.force_login(citizen)
    browser = Browser(client, page.slug, language)
    declared = {field.key: "on" for field in spec.fields() if field.type == "declaration"}

    Applicant(browser, spec, answers, Context(language=language, country=body["country"])).fill_in()
    browser.review()
    browser.submit(**declared)

    made = ServiceRequest.objects.get()
    assert made.number.startswith(f"{body['number_prefix']}-")
    assert set(made.answers) == set(effective_answers(spec, {**made.answers}))
    assert {key: made.answers[key] for key in answers if not isinstance(answers[key], list)} == {
        key: answer for key, answer in answers.items() if not isinstance(answer, list)
    }
