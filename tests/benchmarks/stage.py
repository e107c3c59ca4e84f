"""What the contenders work on: one service with a form of thirty questions, and ten thousand requests."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

from django.db import connection
from django.utils import timezone

from forms_builder.spec import FieldSpec, FormSpec, StepSpec
from home.accounts.models import User
from home.front.models import HomePage
from service_requests.records.models import ServiceRequest
from service_requests.records.search import search_text_of
from services_catalog.models import ServicePage
from services_catalog.organisations.models import NumberCounter
from services_catalog.organisations.numbers import REQUESTS, year_of
from services_catalog.processes.defaults import workflow_for
from tests import tree
from tests.benchmarks.models import StockFormField, StockFormPage
from tests.factories import DepartmentFactory, FormFactory, OrganisationFactory, ServicePageFactory, UserFactory

QUESTIONS = 30
STEP = "all"
BATCH = 1_000
# So many are made one by one; more of them by PostgreSQL, for which a size must be a multiple of it.
MADE = 10_000
# The serial that numbers go on from: behind all that are made, however many.
LAST = 10_000_000
NAMES = ("أحمد محمد سالم اليامي", "نورة عبدالله فهد القحطاني", "سعيد علي حسن آل منجم", "ريم خالد ناصر الدوسري")


@dataclass(frozen=True)
class Stage:
    """Everything a measurement needs to know of the content."""

    service: ServicePage
    twice_as_long: ServicePage
    form_page: StockFormPage
    staff: User

    def answers(self, questions: int = QUESTIONS) -> dict[str, str]:
        return {f"question_{number}": f"جواب رقم {number}" for number in range(1, questions + 1)}


def form_of(questions: int) -> FormSpec:
    """One step with so many short questions."""
    fields = tuple(
        FieldSpec(
            key=f"question_{number}", type="short_text", label={"ar": f"سؤال {number}", "en": f"Question {number}"}
        )
        for number in range(1, questions + 1)
    )
    return FormSpec(steps=(StepSpec(key=STEP, title={"ar": "الأسئلة", "en": "Questions"}, fields=fields),))


def build(requests: int) -> Stage:
    tree.plant()
    organisation = OrganisationFactory()
    departments = [DepartmentFactory(organisation=organisation) for _number in range(4)]
    services = [
        ServicePageFactory(department=departments[place % 4], value=form_of(questions))
        for place, questions in enumerate((QUESTIONS, QUESTIONS * 2, 3, 3))
    ]
    staff = UserFactory(is_superuser=True, is_staff=True)
    _fill(requests, services, [UserFactory(citizen=True, full_name=name) for name in NAMES])
    return Stage(services[0], services[1], _form_page(tree.home()), staff)


def _form_page(front: HomePage) -> StockFormPage:
    page: StockFormPage = front.add_child(instance=StockFormPage(title="نموذج", slug="form", locale=front.locale))
    for number in range(1, QUESTIONS + 1):
        StockFormField.objects.create(
            page=page,
            sort_order=number,
            label=f"question {number}",
            field_type="singleline",
            clean_name=f"question_{number}",
        )
    return page


def _fill(count: int, services: list[ServicePage], applicants: list[User]) -> None:
    rows = _requests(min(count, MADE), services, applicants)
    while batch := list(islice(rows, BATCH)):
        ServiceRequest.objects.bulk_create(batch)
    multiply(count // MADE)
    organisation = services[0].department.organisation
    year = year_of(organisation, timezone.now())
    NumberCounter.objects.create(organisation=organisation, series=REQUESTS, year=year, last=LAST)


def multiply(times: int) -> None:
    """Those that were made so many times, each with a serial and a number of its own, and older by a week a time."""
    if times < 2:
        return
    serial = f"serial + {MADE} * turn"
    number = f"regexp_replace(number, '[0-9]+$', to_char({serial}, 'FM000000000'))"
    differ = {
        "public_id": "gen_random_uuid()",
        "submission_key": "gen_random_uuid()",
        "serial": serial,
        "number": number,
        "submitted_at": "submitted_at - turn * interval '7 days'",
        "search_text": f"replace(search_text, lower(number), lower({number}))",
    }
    columns = [field.column for field in ServiceRequest._meta.concrete_fields if not field.primary_key]
    table = ServiceRequest._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) "
            f"SELECT {', '.join(differ.get(column, column) for column in columns)} "
            f"FROM {table}, generate_series(1, {times - 1}) AS again(turn) WHERE serial <= {MADE}"
        )
        cursor.execute("VACUUM ANALYZE")


def _requests(count: int, services: list[ServicePage], applicants: list[User]) -> Iterator[ServiceRequest]:
    now, workflow = timezone.now(), workflow_for(services[0])
    stages = workflow.value.stages
    organisation = services[0].department.organisation
    year = year_of(organisation, now)
    versions = {service.pk: FormFactory(translation_key=service.translation_key).live_version for service in services}
    for serial in range(1, count + 1):
        service, applicant = services[serial % len(services)], applicants[serial % len(applicants)]
        stage, number = stages[serial % len(stages)], f"{organisation.number_prefix}-{year}-{serial:06d}"
        yield ServiceRequest(
            organisation=organisation,
            series=REQUESTS,
            year=year,
            serial=serial,
            number=number,
            service=service,
            form_version=versions[service.pk],
            submission_key=uuid.uuid4(),
            applicant=applicant,
            applicant_name=applicant.full_name,
            applicant_identity=applicant.identity_number,
            applicant_mobile=applicant.mobile,
            language="ar",
            answers={f"question_{place}": f"جواب رقم {place}" for place in range(1, 31)},
            workflow_version=workflow,
            stage_key=stage.key,
            stage_since=now,
            status=stage.status,
            department=service.department,
            submitted_at=now - timedelta(minutes=count - serial),
            updated_at=now,
            closed_at=now if stage.is_closed else None,
            outcome="approve" if stage.is_closed else "",
            search_text=search_text_of(
                number=number,
                name=applicant.full_name,
                identity=applicant.identity_number,
                mobile=applicant.mobile,
            ),
        )
