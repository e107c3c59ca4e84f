"""Two objections to one answer at the same moment, from two tabs: one is made, the other is told its number."""

from collections.abc import Callable
from threading import Barrier

import pytest
from django.db import IntegrityError

from home.accounts.models import User
from service_requests.records.models import ServiceRequest
from service_requests.records.scope import own_requests
from service_requests.workflow import objections
from service_requests.workflow.actions import NotPossible, object_to
from tests.factories import UserFactory
from tests.service_requests.citizen.answered import answered, contested_service, three_levels
from tests.service_requests.wizard.test_races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]
TABS = 4


def press_together(act: Callable[[], object]) -> list[object]:
    """What the tabs are answered; a refusal is an answer too."""
    return at_once(lambda _tab: act(), times=TABS, threads=TABS)


@pytest.fixture
def case() -> tuple[User, ServiceRequest]:
    citizen = UserFactory(citizen=True)
    return citizen, answered(citizen, contested_service(three_levels()[0]))


def test_one_is_made_and_the_others_are_told_its_number(case: tuple[User, ServiceRequest]) -> None:
    citizen, request = case

    ends = press_together(lambda: object_to(request, by=citizen, reason="x"))

    objection = ServiceRequest.objects.get(parent=request)
    refused = [end for end in ends if isinstance(end, NotPossible)]
    assert len(refused) == TABS - 1
    assert all(objection.number in str(refusal) for refusal in refused)
    assert objection.serial == 1 or objection.number in {str(end) for end in ends}


def test_without_the_lock_the_table_has_to_refuse_in_words_of_its_own(
    case: tuple[User, ServiceRequest], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: all have looked before one has written, so all but one fall over the constraint."""
    citizen, request = case
    looked = Barrier(TABS)
    look = objections.objection_to

    def unlocked(seen: ServiceRequest, by: User) -> ServiceRequest:
        return own_requests(by).select_related("service", "department", "organisation").get(pk=seen.pk)

    def looked_at(contested: ServiceRequest) -> ServiceRequest | None:
        found = look(contested)
        looked.wait(timeout=20)
        return found

    monkeypatch.setattr(objections, "_locked", unlocked)
    monkeypatch.setattr(objections, "objection_to", looked_at)

    ends = press_together(lambda: object_to(request, by=citizen, reason="x"))

    assert sum(isinstance(end, IntegrityError) for end in ends) == TABS - 1
    assert ServiceRequest.objects.filter(parent=request).count() == 1
