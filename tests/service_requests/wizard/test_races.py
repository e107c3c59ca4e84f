"""What happens when many press at once, on PostgreSQL with real connections.

Each promise is tried against a weakened variant too, which must break it: a race that never
happens proves nothing.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from forms_builder.fields.base import Context
from home.accounts.models import User
from service_requests.records.models import ServiceRequest
from service_requests.wizard import submit as submitting
from service_requests.wizard.models import Draft
from service_requests.workflow import entering
from services_catalog.models import ServicePage
from services_catalog.organisations.models import NumberCounter
from services_catalog.organisations.numbers import Number, year_of
from tests.factories import DraftFactory, ServicePageFactory, UserFactory

pytestmark = [pytest.mark.postgresql, pytest.mark.usefixtures("transactional_db")]

CONTEXT = Context(language="ar")
ANSWERS = {"extra_data": {"answers": {"subject": "موضوع"}}}


def at_once(work: Callable[[int], Any], *, times: int, threads: int) -> list[Any]:
    """Run `work` in threads that start together, each on a connection of its own; errors are returned."""
    together = Barrier(min(times, threads))

    def one(place: int) -> Any:
        try:
            if place < together.parties:
                together.wait(timeout=60)
            return work(place)
        except Exception as error:  # counted by the test
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=threads) as pool:
        return list(pool.map(one, range(times)))


def draft_of(person: User, service: ServicePage) -> Draft:
    return DraftFactory(applicant=person, service=service, data=ANSWERS)


def test_twenty_submits_of_one_draft_make_one_request() -> None:
    person, service = UserFactory(citizen=True), ServicePageFactory()
    draft = draft_of(person, service)
    sent = at_once(lambda _place: submitting.submit(draft, by=person, context=CONTEXT).number, times=20, threads=20)
    assert len(set(sent)) == 1, sent
    assert ServiceRequest.objects.count() == 1
    assert NumberCounter.objects.get().last == 1


def test_without_the_lock_twenty_submits_collide(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the unique key still lets only one request through, but others see an error."""
    person, service = UserFactory(citizen=True), ServicePageFactory()
    draft = draft_of(person, service)
    all_have_read = Barrier(20)

    def unlocked(draft: Draft, by: User) -> Draft:
        related = ("form_version", "service__department__organisation")
        found = Draft.objects.select_related(*related).get(pk=draft.pk, applicant=by)
        found.version_retired_at = None  # type: ignore[attr-defined]
        # On a busy machine the first would be done before the last begins.
        all_have_read.wait(timeout=60)
        return found

    monkeypatch.setattr(submitting, "_locked", unlocked)
    sent = at_once(lambda _place: submitting.submit(draft, by=person, context=CONTEXT).number, times=20, threads=20)
    assert any(isinstance(answer, IntegrityError) for answer in sent), sent


def _two_hundred_numbers() -> list[Any]:
    service = ServicePageFactory()
    people = [UserFactory(citizen=True) for _ in range(200)]
    drafts = [draft_of(person, service) for person in people]
    # The year's first number makes the counter's row; from then on it is locked by whoever takes one.
    return at_once(
        lambda place: submitting.submit(drafts[place], by=people[place], context=CONTEXT).serial, times=200, threads=16
    )


def test_two_hundred_submits_take_two_hundred_numbers_without_gaps() -> None:
    assert sorted(_two_hundred_numbers(), key=str) == sorted(range(1, 201), key=str)


def test_numbers_taken_by_looking_at_the_last_one_collide(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the highest number plus one."""

    def next_by_looking(organisation: Any, moment: Any) -> Number:
        taken = ServiceRequest.objects.filter(organisation=organisation).order_by("-serial")
        serial = (taken.values_list("serial", flat=True).first() or 0) + 1
        year = year_of(organisation, timezone.now())
        return Number("requests", year, serial, f"{organisation.number_prefix}-{year}-{serial:06d}")

    monkeypatch.setattr(entering, "take_number", next_by_looking)
    assert any(isinstance(answer, Exception) for answer in _two_hundred_numbers())


def test_two_first_steps_at_once_make_one_draft() -> None:
    from service_requests.wizard.drafts import new_draft, save

    person, service = UserFactory(citizen=True), ServicePageFactory()
    version = DraftFactory(service=service).form_version

    def begin(place: int) -> int:
        draft = save(new_draft(person, service, version, "ar"), lambda data, revision: None, language="ar")
        return int(draft.pk)

    begun = at_once(begin, times=8, threads=8)
    assert len(set(begun)) == 1, begun
    with transaction.atomic():
        assert Draft.objects.get(applicant=person).revision == 8
