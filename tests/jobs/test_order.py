"""Thousands of notices wait in the rows, and nothing that somebody waits for waits behind them."""

import fakeredis
import pytest
from django.utils import timezone
from rq import Queue

from cms.jobs import enqueue, enqueue_many
from cms.jobs.models import Job
from cms.jobs.relay import BATCH, HAND_OVER, hand_over, queue_of
from service_requests.notices.outbox import DELIVER
from service_requests.workflow.runs.working import CARRY_OUT

pytestmark = pytest.mark.django_db


@pytest.fixture
def queue() -> Queue:
    return queue_of("order", fakeredis.FakeStrictRedis())


def test_a_run_that_somebody_waits_for_goes_before_the_notices_of_another(queue: Queue) -> None:
    enqueue_many(DELIVER, [{"notices": [str(number)]} for number in range(5)])
    hand_over(queue, timezone.now())
    runs = [enqueue(CARRY_OUT, {"run": number}) for number in range(2)]

    hand_over(queue, timezone.now())

    assert queue.job_ids[:2] == [f"job-{run.pk}-1" for run in runs]
    assert queue.count == 7


def test_no_more_notices_are_in_the_queue_than_it_has_room_for(queue: Queue) -> None:
    enqueue_many(DELIVER, [{"notices": [str(number)]} for number in range(BATCH + 50)])

    now = timezone.now()
    assert [hand_over(queue, now), hand_over(queue, now), hand_over(queue, now + HAND_OVER)] == [BATCH, 0, 0]
    assert Job.objects.exclude(leased_until=None).count() == BATCH

    for _done in range(10):
        Job.objects.get(pk=queue.pop_job_id().split("-")[1]).delete()
    assert hand_over(queue, now) == 10
    assert queue.count == BATCH
