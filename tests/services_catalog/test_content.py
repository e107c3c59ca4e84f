"""The services that come as content files: their forms are right, whole in each language, and can be filled in.

Loading the files into pages is proved in tests/front/test_content.py.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils.translation import override

from cms.arabic import fold
from forms_builder.fields import Context, field_type
from forms_builder.review import review
from forms_builder.route import effective_answers, shown_fields, steps
from forms_builder.spec import FieldSpec, FormSpec, StepSpec
from home.accounts.models import User
from service_requests.appointments.content import keep_calendar
from service_requests.records.models import ServiceRequest
from tests.factories import DepartmentFactory, OrganisationFactory, ServicePageFactory
from tests.service_requests.wizard.samples import Browser, picture
from tests.services_catalog.content_files import (
    CONTENT,
    FILES,
    body_of,
    calendars_of_the_files,
    form_of,
    read,
    registries_of_the_files,
)
from tests.services_catalog.walks import FILE, WALKS, answers_of, inputs_of

pytestmark = pytest.mark.any_database

SHIPPED_WORKFLOWS = Path(settings.BASE_DIR) / "services_catalog/processes/shipped/workflows"
LANGUAGES = {code for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES}
every_service = pytest.mark.parametrize("path", FILES.values(), ids=lambda path: path.stem)


@pytest.fixture(autouse=True)
def _registries() -> Iterator[None]:
    with registries_of_the_files():
        yield


@pytest.fixture
def calendars_of_content() -> Iterator[None]:
    with calendars_of_the_files():
        yield


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


@every_service
def test_a_citizen_calls_off_what_nobody_has_taken_yet(path: Path) -> None:
    """Also where it has used up an entry of a register: that is given back."""
    key = read(path)["workflow"]
    own = path.parent.parent / "workflows.json"
    workflow = read(own).get(key) if own.exists() else None
    first = (workflow or read(SHIPPED_WORKFLOWS / f"{key}.json"))["stages"][0]
    assert "withdraw" in {outcome["kind"] for outcome in first["outcomes"]}


def test_bodies_have_prefixes_and_shelves_of_their_own() -> None:
    bodies = [read(path) for path in CONTENT.glob("*/organisation.json")]

    prefixes = Counter(body["number_prefix"] for body in bodies)
    shelves = Counter(shelf["key"] for body in bodies for shelf in body["categories"])
    assert {*prefixes.values(), *shelves.values()} == {1}


# -- the forms, filled in


class Applicant:
    """Fills a form in, page after page, as its questions come up."""

    def __init__(self, browser: Browser, spec: FormSpec, answers: dict[str, Any], context: Context) -> None:
        self.browser, self.spec, self.answers, self.context = browser, spec, answers, context

    def fill_in(self) -> None:
        for step in steps(self.spec, self.answers):
            if all(field.type in ("declaration", "content") for field in step.fields):
                continue  # signed on the review page
            for group in (field for field in self._shown(step) if field.fields):
                self._add_rows(step, group)
            self._press(step, "continue", self._typed(step))

    def _add_rows(self, step: StepSpec, group: FieldSpec) -> None:
        rest = self._typed(step)
        for number, row in enumerate(self.answers.get(group.key, ()), start=1):
            self.browser.send(step.key, rest, do=f"row-add:{group.key}")
            typed = inputs_of(group.fields, row, self.context, f"{group.key}.r{number}.")
            self._press(step, f"row-save:{group.key}", {**rest, **typed})

    def _typed(self, step: StepSpec) -> dict[str, Any]:
        return inputs_of(self._shown(step), self.answers, self.context)

    def _shown(self, step: StepSpec) -> list[FieldSpec]:
        return shown_fields(step, effective_answers(self.spec, self.answers))

    def _press(self, step: StepSpec, button: str, typed: dict[str, Any]) -> None:
        """Press until the page is taken: without JavaScript an answer may first bring up another question."""
        for _time in range(4):
            # A file can be read once only.
            fresh = {name: picture() if value == FILE else value for name, value in typed.items()}
            response = self.browser.send(step.key, fresh, do=button)
            if response.status_code == 303:
                return
        raise AssertionError(f"{step.key}: {response.content.decode().partition('error-summary')[2][:1500]}")


def test_every_service_is_walked_through() -> None:
    assert {slug for slug, _walk in WALKS} == set(FILES)


@pytest.mark.django_db
@pytest.mark.parametrize("language", sorted(LANGUAGES))
@pytest.mark.parametrize(("slug", "walk"), WALKS, ids=[slug for slug, _walk in WALKS])
def test_the_service_can_be_applied_for(
    client: Client, citizen: User, slug: str, walk: dict[str, Any], language: str
) -> None:
    path = FILES[slug]
    spec, body = form_of(path), body_of(path)
    answers = answers_of(spec, walk)
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
    # Files and rows get names of their own when they are stored.
    given = {key: answer for key, answer in answers.items() if not isinstance(answer, list)}
    assert {key: made.answers[key] for key in given} == given
