"""One request rated from several tabs at the same moment: one rating is kept, the others are thanked."""

from collections.abc import Callable
from threading import Barrier

import pytest
from django.db import IntegrityError

from service_requests.feedback.models import Rating
from service_requests.feedback.rating import NotRated, Survey, rate
from service_requests.records.models import ServiceRequest
from tests.factories import ServiceRequestFactory
from tests.service_requests.wizard.test_races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]
TABS = 4


def press_together(act: Callable[[], object]) -> list[object]:
    """What the tabs are answered; a refusal is an answer too."""
    return at_once(lambda _tab: act(), times=TABS, threads=TABS)


@pytest.fixture
def case() -> ServiceRequest:
    return ServiceRequestFactory(approved=True)


def test_one_is_kept_and_the_others_are_thanked(case: ServiceRequest) -> None:
    ends = press_together(lambda: rate(case, Survey(5)))

    assert Rating.objects.count() == 1
    assert sum(isinstance(end, NotRated) for end in ends) == TABS - 1


def test_looking_first_and_writing_then_would_be_an_error_page(case: ServiceRequest) -> None:
    """The control."""
    looked = Barrier(TABS)

    def weakened() -> object:
        if Rating.objects.filter(request=case).exists():
            raise NotRated("x")
        looked.wait(timeout=20)
        return Rating.objects.create(request=case, service=case.service, stars=5)

    ends = press_together(weakened)

    assert sum(isinstance(end, IntegrityError) for end in ends) == TABS - 1
