"""What happened to a request, in words."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from cms.history import Difference, Entry
from forms_builder.spec import FieldSpec, FormSpec, StepSpec
from home.accounts.models import User
from service_requests.history.differences import answer_differences
from service_requests.history.reasons import BULK, IMPORT, read, written
from service_requests.history.tellings import tell_request, timeline_of
from service_requests.history.writing import record_changes
from service_requests.records.models import ServiceRequest
from service_requests.workflow.actions import answer, approve, ask_citizen, assign, move_many, take
from tests.factories import ServiceRequestFactory, UserFactory

COMPANIONS = FieldSpec(
    key="companions",
    type="group",
    label={"ar": "المرافقون", "en": "Companions"},
    fields=(FieldSpec(key="name", type="short_text", label={"ar": "الاسم", "en": "Name"}),),
)
SPEC = FormSpec(
    steps=(
        StepSpec(
            key="topic",
            title={"ar": "الموضوع", "en": "Topic"},
            fields=(
                FieldSpec(key="subject", type="short_text", label={"ar": "الموضوع", "en": "Subject"}),
                COMPANIONS,
            ),
        ),
    )
)


@pytest.fixture
def case(db: None) -> ServiceRequest:
    return ServiceRequestFactory()


@pytest.fixture
def clerk(case: ServiceRequest) -> User:
    return UserFactory(clerk=True, full_name="ريم الشهري", departments=[case.department])


@pytest.fixture
def supervisor(case: ServiceRequest) -> User:
    return UserFactory(supervisor=True, departments=[case.department])


def told(case: ServiceRequest) -> list[Entry]:
    with override("en"):
        return tell_request(list(timeline_of(case)), None)


def test_a_life_is_told_from_its_end_to_its_beginning(case: ServiceRequest, clerk: User) -> None:
    take(case, by=clerk)
    ask_citizen(case, by=clerk, text="أرفق الصك")
    answer(case, by=case.applicant, text="مرفق")
    approve(case, by=clerk)

    assert [(entry.title, entry.person, entry.reason) for entry in told(case)][:4] == [
        ("The request was approved", "ريم الشهري", ""),
        ("The citizen answered", case.applicant.get_full_name(), "مرفق"),
        ("The citizen was asked", "ريم الشهري", "أرفق الصك"),
        ("The request was taken", "ريم الشهري", ""),
    ]
    assert told(case)[-1].title == "The request was submitted"


def test_a_move_says_from_where_to_where(case: ServiceRequest, clerk: User) -> None:
    take(case, by=clerk)

    assert Difference("State", "Received", "Under review") in told(case)[0].differences
    assert Difference("In charge", "", "ريم الشهري") in told(case)[0].differences


def test_an_assignment_names_the_person_and_the_reason(case: ServiceRequest, clerk: User, supervisor: User) -> None:
    assign(case, by=supervisor, to=clerk, reason="إجازة زميله")

    first = told(case)[0]
    assert (first.title, first.reason) == ("Put in charge: ريم الشهري", "إجازة زميله")


def test_a_bulk_change_says_that_it_was_one(case: ServiceRequest, supervisor: User) -> None:
    take(case, by=supervisor)
    move_many([case.pk], "approve", by=supervisor, note="دفعة الأحد")

    first = told(case)[0]
    assert (first.source, first.reason) == ("changed together with other requests", "دفعة الأحد")


def test_changed_answers_are_told_by_question(case: ServiceRequest, supervisor: User) -> None:
    from django.db import transaction

    with transaction.atomic():
        ServiceRequest.objects.filter(pk=case.pk).update(answers={"subject": "جديد"}, updated_at=timezone.now())
        record_changes([case.pk], by=supervisor, reason=written("requests.csv", source=IMPORT))

    first = told(case)[0]
    assert first.title == "The answers were changed"
    assert first.source == "changed by import"
    assert list(first.differences) == [Difference("Subject", "طلب للتجربة", "جديد")]


def test_rows_of_a_group_are_compared_one_by_one() -> None:
    before = {"companions": [{"name": "سالم"}, {"name": "هند"}]}
    after = {"companions": [{"name": "سالم"}, {"name": "هند علي"}, {"name": "ريم"}]}

    with override("en"):
        found = answer_differences(SPEC, before, after)

    assert found == [Difference("Companions 2: Name", "هند", "هند علي"), Difference("Companions 3: Name", "", "ريم")]


def test_answers_that_the_form_does_not_know_are_told_as_they_are() -> None:
    assert answer_differences(SPEC, {"gone": "x"}, {}) == [Difference("gone", "x", "")]


@pytest.mark.parametrize("words", ["", "سبب", "note: with a colon", "bulkhead: no source", "import: typed by hand"])
@pytest.mark.parametrize("source", ["", BULK, IMPORT])
def test_a_reason_is_read_as_it_was_written(words: str, source: str) -> None:
    reason = read(written(words, source=source))

    assert (reason.source, reason.words) == (source, words)


@pytest.mark.parametrize("rounds", [1, 9])
def test_history_takes_a_fixed_number_of_queries(rounds: int, case: ServiceRequest, clerk: User) -> None:
    take(case, by=clerk)
    for _round in range(rounds):
        ask_citizen(case, by=clerk, text="سؤال")
        answer(case, by=case.applicant, text="جواب")

    with CaptureQueriesContext(connection) as queries:
        told(case)

    # The rows with their authors, the people and the departments they name.
    assert len(queries) == 3


def test_a_page_of_history_goes_on_where_the_last_one_ended(client: Client, case: ServiceRequest, clerk: User) -> None:
    take(case, by=clerk)
    for _round in range(10):
        ask_citizen(case, by=clerk, text="سؤال")
        answer(case, by=case.applicant, text="جواب")
    client.force_login(clerk)

    with override("en"):
        second = client.get(reverse("requests:history", args=[case.public_id]), {"p": 2})

    entries = second.context["entries"]
    assert len(entries) == 2
    assert [bool(entry.differences) for entry in entries] == [True, False]


def test_history_is_refused_without_the_right(client: Client, case: ServiceRequest, clerk: User) -> None:
    clerk.groups.get().permissions.filter(codename="history_servicerequest").delete()
    client.force_login(clerk)

    assert client.get(reverse("requests:history", args=[case.public_id])).status_code in {302, 403}
