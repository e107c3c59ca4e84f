"""A message to the citizens of many requests."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from cms.jobs.models import Job
from home.accounts.models import User
from service_requests.casework.models import DocumentCheck
from service_requests.history.tellings import tell_request, timeline_of
from service_requests.notices.models import Notice
from service_requests.notices.texts import WRITTEN
from service_requests.records.models import Message, ServiceRequest
from service_requests.workflow.many_messages import message_many
from service_requests.workflow.moves import NotPossible
from services_catalog.organisations.models import Department
from tests.factories import ServiceRequestFactory, UserFactory
from tests.service_requests.workflow.test_many import keys, many


def said(request: ServiceRequest) -> list[str]:
    return list(Message.objects.filter(request=request).values_list("text", flat=True))


def test_each_citizen_gets_the_text_of_his_language_filled_in_for_his_request(
    unit: Department, supervisor: User
) -> None:
    arabic, english = many(unit, 1)[0], many(unit, 1, language="en")[0]

    done = message_many(
        keys([arabic, english]),
        {"ar": "طلبك {number} في {department}", "en": "Your request {number} at {department}"},
        by=supervisor,
    )

    assert done.changed == 2
    assert said(arabic) == [f"طلبك {arabic.number} في {unit.name['ar']}"]
    assert said(english) == [f"Your request {english.number} at {unit.name['en']}"]


def test_each_message_has_its_notice_its_job_and_its_row_of_history(unit: Department, supervisor: User) -> None:
    requests = many(unit, 3, approved=True)

    message_many(keys(requests), {"ar": "الوثيقة جاهزة."}, by=supervisor)
    message_many(keys(requests), {"ar": "تأجل موعد التسليم."}, by=supervisor)

    assert Notice.objects.filter(event=WRITTEN, channel="sms").count() == 6
    assert Job.objects.filter(kind="deliver_notices").count() == 2
    with translation.override("en"):
        entries = tell_request(list(timeline_of(requests[0])), None)
    assert [entry.title for entry in entries].count("A message was sent to the citizen") == 2
    assert entries[0].person == supervisor.get_full_name()


def test_a_request_that_was_written_about_stays_as_it_is(unit: Department, supervisor: User) -> None:
    request = many(unit, 1, in_review=True)[0]
    before = ServiceRequest.objects.filter(pk=request.pk).values().get()

    message_many([request.pk], {"ar": "رسالة"}, by=supervisor)

    assert ServiceRequest.objects.filter(pk=request.pk).values().get() == before


def test_own_requests_are_told_and_foreign_ones_are_not_touched(unit: Department, supervisor: User) -> None:
    own, foreign = ServiceRequestFactory(department=unit, applicant=supervisor), ServiceRequestFactory()

    done = message_many(keys([own, foreign]), {"ar": "رسالة"}, by=supervisor)

    assert (done.changed, [refusal.number for refusal in done.refused]) == (0, [own.number])
    assert done.unseen == (foreign.pk,)
    assert said(foreign) == []


def test_missing_documents_are_named_to_whom_they_are_missing(unit: Department, supervisor: User) -> None:
    lacking, complete = many(unit, 2)
    page = lacking.service
    page.documents = [("document", {"name": "صورة الهوية", "note": "", "only_if": ""})]
    page.save()
    page.refresh_from_db()
    block = page.documents[0].id
    for request, state in ((lacking, "missing"), (complete, "met")):
        DocumentCheck.objects.create(
            request=request, item=f"paper:{block}", state=state, checked_by=supervisor, checked_at=request.submitted_at
        )

    message_many(keys([lacking, complete]), {"ar": "ينقص: {documents}."}, by=supervisor)

    assert (said(lacking), said(complete)) == (["ينقص: صورة الهوية."], ["ينقص: ."])


def test_it_needs_a_text_and_the_right(unit: Department, supervisor: User) -> None:
    request, auditor = many(unit, 1)[0], UserFactory(auditor=True, departments=[unit])

    with pytest.raises(NotPossible):
        message_many([request.pk], {"ar": " "}, by=supervisor)
    with pytest.raises(PermissionDenied):
        message_many([request.pk], {"ar": "رسالة"}, by=auditor)
    assert said(request) == []


@pytest.mark.parametrize("count", [1, 30])
def test_the_number_of_queries_does_not_grow(count: int, unit: Department, supervisor: User) -> None:
    requests = many(unit, count)
    supervisor.get_all_permissions()

    with CaptureQueriesContext(connection) as queries:
        message_many(keys(requests), {"ar": "{service}: {number}"}, by=supervisor)

    # His posts and the bodies below his; lock and judge, bodies, departments, names, messages, history;
    # who applied, texts and channels of the bodies, notices, jobs.
    written = [query for query in queries if not query["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))]
    assert len(written) <= 14
