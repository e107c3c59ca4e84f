"""Publishing, retiring, moving and submitting at the same moment, on PostgreSQL with real connections.

Each submit goes with the version it was shown with or is refused in words; nothing is lost, nothing fails.
"""

from collections.abc import Callable
from threading import Thread
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from forms_builder.models import Form, FormVersion
from forms_builder.publishing import StillLive, digest_of, publish, reinstate, retire
from forms_builder.spec import FieldSpec, FormSpec
from home.accounts.models import User
from service_requests.records.models import ServiceRequest
from service_requests.wizard import submit as submitting
from service_requests.wizard.drafts import OtherForm, save
from service_requests.wizard.journey import Journey
from service_requests.wizard.models import Draft
from service_requests.wizard.moving import make, planned
from services_catalog.models import ServicePage
from tests.factories import SIMPLE_FORM, DraftFactory, ServicePageFactory, UserFactory
from tests.service_requests.wizard.samples import Browser
from tests.service_requests.wizard.test_races import ANSWERS, CONTEXT, at_once
from tests.waiting import wait_for

pytestmark = [pytest.mark.postgresql, pytest.mark.usefixtures("transactional_db")]

DONE = {**ANSWERS, "extra_data": {**ANSWERS["extra_data"], "done": {"topic": True}}}
MORE = FieldSpec(key="plate", type="short_text", label={"en": "Plate"}, required=False)
(TOPIC,) = SIMPLE_FORM.steps
NEWER = FormSpec(steps=(TOPIC.model_copy(update={"fields": (*TOPIC.fields, MORE)}),))


@pytest.fixture
def service() -> ServicePage:
    page = ServicePageFactory()
    FormVersion.objects.update(digest=digest_of(SIMPLE_FORM))
    return page


def drafts_of(service: ServicePage, number: int) -> list[Draft]:
    people = [UserFactory(citizen=True) for _ in range(number)]
    return [DraftFactory(applicant=person, service=service, data=DONE) for person in people]


def fresh(draft: Draft) -> Draft:
    return Draft.objects.select_related("form_version").get(pk=draft.pk)


def moved(draft: Draft, version: FormVersion) -> bool:
    now = fresh(draft)
    return make(now, version, planned(Journey(now.form_version.value, now.data, []), version.value, CONTEXT))


def browser_of(person: User, service: ServicePage) -> Browser:
    client = Client()
    client.force_login(person)
    return Browser(client, service.slug)


def test_forms_published_and_retired_while_many_send_lose_nothing(service: ServicePage) -> None:
    drafts = drafts_of(service, 24)
    browsers = [browser_of(draft.applicant, service) for draft in drafts]
    for browser in browsers:
        assert browser.review().status_code == 200
    old = FormVersion.objects.get()
    publish(service.translation_key, NEWER)

    def work(place: int) -> Any:
        if place % 12 == 0:
            return retire(old)
        if place % 12 == 4:
            return reinstate(old)
        if place % 12 == 8:
            publish(service.translation_key, SIMPLE_FORM.model_copy(update={"steps": NEWER.steps * (place // 12 + 1)}))
            return None
        return browsers[place].submit()

    done = [answer for answer in at_once(work, times=24, threads=12) if answer is not None]

    assert all(getattr(answer, "status_code", answer) == 303 for answer in done), done
    sent = [answer for answer in done if "/received/" in answer.url]
    led = [answer for answer in done if answer.url.endswith("/update/")]
    assert len(sent) + len(led) == len(done)
    assert ServiceRequest.objects.filter(form_version=old).count() == ServiceRequest.objects.count() == len(sent)
    assert Draft.objects.filter(closed_at=None, data=DONE).count() == 24 - len(sent)


def test_a_draft_moves_once_however_often_it_is_pressed(service: ServicePage) -> None:
    (draft,) = drafts_of(service, 1)
    newer = publish(service.translation_key, NEWER)
    now = fresh(draft)
    plan = planned(Journey(now.form_version.value, now.data, []), newer.value, CONTEXT)

    moves = at_once(lambda _place: make(now, newer, plan), times=12, threads=12)

    assert sorted(moves) == [False] * 11 + [True], moves
    assert (fresh(draft).revision, fresh(draft).form_version) == (draft.revision + 1, newer)


def test_sent_and_moved_at_once_a_draft_is_one_or_the_other(service: ServicePage) -> None:
    drafts = drafts_of(service, 12)
    shown = [fresh(draft) for draft in drafts]
    newer = publish(service.translation_key, NEWER)

    def work(place: int) -> Any:
        draft = shown[place // 2]
        if place % 2:
            return moved(draft, newer)
        return submitting.submit(draft, by=draft.applicant, context=CONTEXT)

    done = at_once(work, times=24, threads=12)

    for at, draft in enumerate(drafts):
        sent, went = done[2 * at], done[2 * at + 1]
        if isinstance(sent, ServiceRequest):
            assert sent.form_version == shown[at].form_version
            # A draft that is closed already moves no more; the plan may also have been of an empty one.
            assert fresh(draft).request == sent
        else:
            assert isinstance(sent, submitting.NotThisForm), sent
            assert went is True
            assert fresh(draft).form_version == newer


def test_a_submit_that_waited_for_a_move_is_refused_in_words(service: ServicePage) -> None:
    """The row it waited for is of another version when it gets it."""
    assert isinstance(_submit_that_waits(service), submitting.NotThisForm)


def test_joined_to_its_version_the_waiting_submit_does_not_find_its_draft(
    service: ServicePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: PostgreSQL looks at the join again with the row as it is after the wait."""

    def joined(draft: Draft, by: User) -> Draft:
        related = ("form_version", "service__department__organisation")
        return Draft.objects.select_for_update(of=("self",)).select_related(*related).get(pk=draft.pk, applicant=by)

    monkeypatch.setattr(submitting, "_locked", joined)

    assert isinstance(_submit_that_waits(service), Draft.DoesNotExist)


def _submit_that_waits(service: ServicePage) -> Any:
    (draft,) = drafts_of(service, 1)
    shown = fresh(draft)
    newer = publish(service.translation_key, NEWER)
    return _behind(lambda: moved(draft, newer), lambda: submitting.submit(shown, by=draft.applicant, context=CONTEXT))


def _behind(first: Callable[[], Any], second: Callable[[], Any]) -> Any:
    """What `second` comes to when it waits for the transaction of `first`, which ends as soon as it waits."""
    answers: list[Any] = []

    def wait() -> None:
        try:
            answers.append(second())
        except Exception as error:  # looked at by the test
            answers.append(error)
        finally:
            connection.close()

    with transaction.atomic():
        first()
        thread = Thread(target=wait)
        thread.start()
        _until_somebody_waits()
    thread.join(timeout=60)
    return answers[0]


def _until_somebody_waits() -> None:
    def waits() -> bool:
        with connection.cursor() as cursor:
            # For this one: tests beside this one have databases of their own on the same server.
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            return bool(cursor.fetchone()[0])

    wait_for(waits, "another transaction waits for this one")


def test_a_step_saved_behind_a_move_writes_nothing_into_the_new_form(service: ServicePage) -> None:
    (draft,) = drafts_of(service, 1)
    shown = fresh(draft)
    newer = publish(service.translation_key, NEWER)

    def spoil(data: dict[str, Any], revision: int) -> None:
        data["extra_data"]["answers"]["subject"] = "late"

    saved = _behind(lambda: moved(draft, newer), lambda: save(shown, spoil, language="ar"))

    assert isinstance(saved, OtherForm)
    assert fresh(draft).data["extra_data"]["answers"] == {"subject": "موضوع"}


def test_a_version_published_again_while_it_is_retired_is_never_both(service: ServicePage) -> None:
    old = FormVersion.objects.get()
    publish(service.translation_key, NEWER)

    def work(place: int) -> None:
        if place % 2:
            retire(old)
        else:
            publish(service.translation_key, SIMPLE_FORM if place % 4 else NEWER)

    done = at_once(work, times=24, threads=12)

    assert all(answer is None or isinstance(answer, StillLive) for answer in done), done
    live = Form.objects.get().live_version
    assert live is not None
    assert live.retired_at is None
