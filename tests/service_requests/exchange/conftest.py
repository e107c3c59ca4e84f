"""An office with a form of many kinds of questions, its supervisor, and files to upload."""

from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest
from django.test import Client
from openpyxl import Workbook, load_workbook

from forms_builder.spec import FieldSpec, FormSpec, Option, StepSpec
from home.accounts.models import User
from service_requests.records.models import ServiceRequest
from services_catalog.models import ServicePage
from services_catalog.organisations.models import Department
from tests.factories import DepartmentFactory, ServicePageFactory, ServiceRequestFactory, UserFactory, national_id

UPLOAD = "/admin/requests/import/"


def texts(word: str) -> dict[str, str]:
    return {"ar": f"{word} بالعربية", "en": word}


def options(*values: str, parent: str = "") -> tuple[Option, ...]:
    return tuple(Option(value=value, label=texts(value.capitalize()), parent=parent) for value in values)


RICH_FORM = FormSpec(
    steps=(
        StepSpec(
            key="person",
            title=texts("Person"),
            fields=(
                FieldSpec(key="name", type="full_name", label=texts("Name"), settings={"parts": 2}),
                FieldSpec(key="identity", type="identity_document", label=texts("Identity")),
                FieldSpec(key="mobile", type="phone", label=texts("Mobile")),
                FieldSpec(key="number", type="short_text", label=texts("House number"), required=False),
            ),
        ),
        StepSpec(
            key="visit",
            title=texts("Visit"),
            fields=(
                FieldSpec(key="purpose", type="one_of", label=texts("Purpose"), options=options("meeting", "other")),
                FieldSpec(
                    key="which",
                    type="short_text",
                    label=texts("Which purpose"),
                    show_if={"===": [{"var": "purpose"}, "other"]},
                ),
                FieldSpec(
                    key="branch",
                    type="dependent_choice",
                    label=texts("Branch"),
                    options=options("north", parent="meeting") + options("south", parent="other"),
                    settings={"depends_on": "purpose"},
                    required=False,
                ),
                FieldSpec(key="day", type="date", label=texts("Day"), required=False),
                FieldSpec(key="details", type="long_text", label=texts("Details"), required=False),
                FieldSpec(key="needs_help", type="yes_no", label=texts("Needs help"), required=False),
                FieldSpec(
                    key="companions",
                    type="group",
                    label=texts("Companions"),
                    required=False,
                    settings={"least": 0, "most": 3},
                    fields=(
                        FieldSpec(key="name", type="full_name", label=texts("Companion"), settings={"parts": 2}),
                        FieldSpec(
                            key="passport",
                            type="files",
                            label=texts("Passport"),
                            required=False,
                            settings={"kinds": ["pdf"], "max_megabytes": 5, "max_files": 1},
                        ),
                    ),
                ),
                FieldSpec(
                    key="letter",
                    type="files",
                    label=texts("Letter"),
                    required=False,
                    settings={"kinds": ["pdf"], "max_megabytes": 5, "max_files": 2},
                ),
            ),
        ),
    )
)


def a_file(name: str) -> dict[str, Any]:
    return {"id": str(uuid5(NAMESPACE_URL, name)), "name": name, "size": 10, "type": "application/pdf"}


def answers(**changed: Any) -> dict[str, Any]:
    """A valid set of answers to the rich form."""
    return {
        "name": "نورة القحطاني",
        "identity": {"type": "national_id", "number": national_id(7)},
        "mobile": "+966501234567",
        "number": "12",
        "purpose": "meeting",
        "branch": "north",
        "day": "2026-12-01",
        "details": "سطر أول\nسطر ثان",
        "needs_help": True,
        "companions": [{"name": "سعد القحطاني", "passport": [a_file("passport.pdf")]}, {"name": "ريم القحطاني"}],
        "letter": [a_file("letter.pdf")],
        **changed,
    }


@pytest.fixture
def department(db: None) -> Department:
    return DepartmentFactory(name={"ar": "إدارة الطرق", "en": "Roads"})


@pytest.fixture
def service(department: Department) -> ServicePage:
    return ServicePageFactory(title="طلب موعد", department=department, value=RICH_FORM)


@pytest.fixture
def case(service: ServicePage) -> ServiceRequest:
    return a_case(service)


def a_case(service: ServicePage, **kwargs: Any) -> ServiceRequest:
    return ServiceRequestFactory(
        service=service,
        **{"answers": answers(), "applicant_name": "نورة القحطاني", "applicant_mobile": "+966501234567", **kwargs},
    )


@pytest.fixture
def supervisor(department: Department) -> User:
    return UserFactory(supervisor=True, departments=[department], username="saad")


@pytest.fixture
def colleague(department: Department) -> User:
    return UserFactory(clerk=True, departments=[department], username="khaled", full_name="خالد الموظف")


@pytest.fixture
def desk(client: Client, supervisor: User) -> Client:
    """A browser in which the supervisor has signed in."""
    client.force_login(supervisor)
    return client


@pytest.fixture
def in_english(supervisor: User) -> None:
    from wagtail.users.models import UserProfile

    UserProfile.objects.update_or_create(user=supervisor, defaults={"preferred_language": "en"})


Table = list[list[str]]


def xlsx(rows: Iterable[Iterable[Any]]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def read_xlsx(content: bytes) -> Table:
    return [["" if cell is None else cell for cell in row] for row in load_workbook(BytesIO(content)).active.values]


@pytest.fixture
def exported(desk: Client) -> Callable[[], Table]:
    """The list as the supervisor exports it, as rows of texts."""

    def export(**parameters: str) -> Table:
        response = desk.get("/admin/requests/export/", {"format": "xlsx", **parameters})
        assert response.status_code == 200, response
        return read_xlsx(b"".join(response.streaming_content))

    return export


@pytest.fixture
def upload(desk: Client) -> Callable[..., Any]:
    """Upload rows (or a ready file) and follow to the preview."""

    def send(rows: Any, name: str = "edited.xlsx") -> Any:
        from django.core.files.uploadedfile import SimpleUploadedFile

        content = rows if isinstance(rows, bytes) else xlsx(rows)
        return desk.post(UPLOAD, {"file": SimpleUploadedFile(name, content)}, follow=True)

    return send


def set_cell(table: Table, key: str, value: Any, row: int = 1) -> Table:
    table[row][column_of(table, key)] = value
    return table


def column_of(table: Table, key: str) -> int:
    return [heading.split(" · ")[0] for heading in table[0]].index(key)
