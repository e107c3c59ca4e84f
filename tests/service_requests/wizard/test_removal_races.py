"""A file is removed in one tab while it is sent in another: what was sent never names a file that is gone."""

from collections.abc import Callable
from threading import Thread
from typing import Any

import pytest
from django.db import connection
from django.utils.translation import override

from forms_builder.fields.base import Context
from forms_builder.spec import FieldSpec, FormSpec, StepSpec
from home.accounts.models import User
from service_requests.casework.corrections import open_correction
from service_requests.records.files import delete_file, keep_file
from service_requests.records.models import Attachment, ServiceRequest
from service_requests.wizard import submit as submitting
from service_requests.wizard.models import Draft
from service_requests.wizard.uploads import claim, file_ids
from service_requests.workflow import actions, objections
from service_requests.workflow.actions import NotPossible, choose
from tests.factories import DraftFactory, ServicePageFactory, ServiceRequestFactory, UserFactory
from tests.service_requests.citizen.answered import answered, contested_service, three_levels
from tests.service_requests.wizard.samples import FILE, both, picture
from tests.service_requests.workflow.test_runs_races import waits_for_a_lock
from tests.waiting import wait_for

pytestmark = [pytest.mark.postgresql, pytest.mark.usefixtures("transactional_db")]

FORM = FormSpec(
    steps=(
        StepSpec(
            key="one",
            title=both("One"),
            fields=(FieldSpec(key="deed", type="files", label=both("Deed"), required=False, settings=FILE),),
        ),
    )
)


def uploaded(by: User, place: str = "deed") -> Attachment:
    return keep_file(picture(), place=place, kinds=["png"], max_bytes=10_000, by=by)


def removing(file: Attachment) -> Thread:
    """Another tab that removes it, on a connection of its own."""

    def remove() -> None:
        try:
            delete_file(file)
        finally:
            connection.close()

    other = Thread(target=remove)
    other.start()
    return other


def names_what_is_there(request: ServiceRequest) -> bool:
    named = set(file_ids(request.answers))
    return named == {str(key) for key in Attachment.objects.filter(request=request).values_list("public_id", flat=True)}


@pytest.fixture
def citizen() -> User:
    user: User = UserFactory(citizen=True)
    return user


# -- an application: whoever removes waits, and finds it sent


def sent_while_removed(citizen: User, monkeypatch: pytest.MonkeyPatch) -> ServiceRequest:
    """Sent by one tab; another one removes the file after the first has read what is there."""
    draft: Draft = DraftFactory(applicant=citizen, service=ServicePageFactory(value=FORM))
    file = uploaded(citizen)
    claim(draft, [file])
    others: list[Thread] = []
    enter = submitting.enter

    def entering(request: ServiceRequest, *, by: User) -> None:
        other = removing(file)
        others.append(other)
        wait_for(lambda: not other.is_alive() or waits_for_a_lock(), "it is removed, or stands before the row")
        enter(request, by=by)

    monkeypatch.setattr(submitting, "enter", entering)
    request = submitting.submit(draft, by=citizen, context=Context(language="ar"))
    for other in others:
        other.join()
    return request


def test_an_application_keeps_the_file_that_it_names(citizen: User, monkeypatch: pytest.MonkeyPatch) -> None:
    request = sent_while_removed(citizen, monkeypatch)

    assert names_what_is_there(request)
    assert Attachment.objects.count() == 1


def test_without_the_lock_an_application_names_a_file_that_is_gone(
    citizen: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control."""

    def unlocked(draft: Draft) -> list[Attachment]:
        return list(Attachment.objects.filter(draft_upload__draft=draft))

    monkeypatch.setattr(submitting, "_locked_files", unlocked)

    assert not names_what_is_there(sent_while_removed(citizen, monkeypatch))


# -- an objection and a correction: whoever sends is told


def objecting(citizen: User) -> tuple[Attachment, Callable[[], ServiceRequest]]:
    contested = answered(citizen, contested_service(three_levels()[0]))
    file = uploaded(citizen)
    return file, lambda: objections.object_to(contested, by=citizen, reason="x", files=[file])


def correcting(citizen: User) -> tuple[Attachment, Callable[[], ServiceRequest]]:
    case = ServiceRequestFactory(service=ServicePageFactory(value=FORM), stage="review", applicant=citizen)
    choose(case, "ask_citizen", by=UserFactory(clerk=True, departments=[case.department]), note="x", returned=["deed"])
    correction = open_correction(case)
    assert correction is not None
    file = uploaded(citizen)

    def send() -> ServiceRequest:
        answers = {"deed": [file.as_answer()]}
        actions.correct(case, correction, by=citizen, answers=answers, files=[file])
        return ServiceRequest.objects.get(pk=case.pk)

    return file, send


BOTH = pytest.mark.parametrize("prepare", [objecting, correcting])


def removed_before(module: Any, file: Attachment, monkeypatch: pytest.MonkeyPatch, hand_over: Any) -> None:
    """The other tab is done between what the sender has read and what he writes."""

    def late(*given: Any, **more: Any) -> None:
        removing(file).join()
        hand_over(*given, **more)

    monkeypatch.setattr(module, "hand_over", late)


@BOTH
def test_what_names_a_file_that_is_gone_is_not_sent(
    citizen: User, monkeypatch: pytest.MonkeyPatch, prepare: Any
) -> None:
    file, send = prepare(citizen)
    module = objections if prepare is objecting else actions
    removed_before(module, file, monkeypatch, module.hand_over)
    before = ServiceRequest.objects.count()

    with override("en"), pytest.raises(NotPossible, match="removed"):
        send()

    assert ServiceRequest.objects.count() == before
    assert all(names_what_is_there(request) for request in ServiceRequest.objects.all())


@BOTH
def test_without_counting_it_is_sent_with_a_file_that_is_gone(
    citizen: User, monkeypatch: pytest.MonkeyPatch, prepare: Any
) -> None:
    """The control: as it was, with an UPDATE that nobody asks how many rows it found."""
    file, send = prepare(citizen)

    def uncounted(files: list[Attachment], request: ServiceRequest, message: Any = None, *, by: User) -> None:
        own = Attachment.objects.filter(pk__in=[file.pk for file in files], owner=by, request=None, message=None)
        own.update(request=request, message=message)

    removed_before(objections if prepare is objecting else actions, file, monkeypatch, uncounted)

    assert not names_what_is_there(send())
