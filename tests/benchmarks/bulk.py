"""Moving many requests with their history against `bulk_update_with_history` on the same rows.

Both contenders move the same requests, each in a transaction that is taken back. Ours also looks at what stands
against each move, which the peer does not. No citizen is told of this outcome, so both write the same: the requests,
and a row of history for each.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from django.core.handlers.wsgi import WSGIHandler
from django.db import connection, transaction
from django.db.models import DateTimeField, ExpressionWrapper, F
from django.utils import timezone
from simple_history.utils import bulk_update_with_history

from home.accounts.models import User
from service_requests.records.models import ServiceRequest
from service_requests.workflow.many import move_many
from services_catalog.processes.compiling import digest_of
from services_catalog.processes.models import Workflow, WorkflowVersion
from services_catalog.processes.statuses import Status
from services_catalog.processes.targets import Target
from services_catalog.processes.workflow import Outcome, Stage
from services_catalog.processes.workflow import Workflow as Value
from tests.benchmarks.report import Row, faster, queries
from tests.benchmarks.stage import Stage as Content
from tests.benchmarks.stopwatch import race

MANY = 10_000
# The peer takes long, and nothing of it is warmed up by being done before.
TURNS = 2
NOTE = "changed together"
FROM, TO, OUTCOME = "technical", "approval", "pass_on"


def measure(application: WSGIHandler, content: Content) -> Iterator[Row]:
    keys = _stand_in_one_stage()
    ours, peer = (
        _taken_back(lambda: _ours(keys, content.staff)),
        _taken_back(lambda: _peer(keys, content.staff)),
    )
    timings = race({"ours": ours, "peer": peer}, turns=TURNS, warm_up=0, between=_swept)
    what = f"bulk move of {len(keys)} requests"
    yield faster(what, timings["ours"].typical, timings["peer"].typical, "bulk_update_with_history", 15)
    yield queries(what, timings["ours"].queries, timings["peer"].queries, 10)


def _ours(keys: list[int], by: User) -> None:
    done = move_many(keys, OUTCOME, by=User.objects.get(pk=by.pk), note=NOTE)
    assert done.changed == len(keys), done.refused[:3]


def _peer(keys: list[int], by: User) -> None:
    """As its documentation has it: read them, change them, write them."""
    requests = list(ServiceRequest.objects.filter(pk__in=keys))
    now = timezone.now()
    for request in requests:
        request.stage_key, request.status, request.last_outcome = TO, Status.IN_PROGRESS, OUTCOME
        request.updated_at = request.stage_since = now
        request.stage_due_at = request.stage_amber_at = now + timedelta(days=3)
    changed = ["stage_key", "status", "last_outcome", "updated_at", "stage_since", "stage_due_at", "stage_amber_at"]
    bulk_update_with_history(
        requests, ServiceRequest, changed, batch_size=1_000, default_user=by, default_change_reason=NOTE
    )


def _taken_back(move: Callable[[], None]) -> Callable[[], None]:
    def turn() -> None:
        with transaction.atomic():
            move()
            transaction.set_rollback(True)

    return turn


def _swept() -> None:
    """What the last turn took back still lies in the tables, and nothing like it would in an office."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")


def _stand_in_one_stage() -> list[int]:
    """Ten thousand of the stored requests, each with a due date of its own as in an office."""
    keys = list(ServiceRequest.objects.order_by("pk").values_list("pk", flat=True)[:MANY])
    due: datetime | ExpressionWrapper = ExpressionWrapper(
        F("submitted_at") + timedelta(days=30), output_field=DateTimeField()
    )
    ServiceRequest.objects.filter(pk__in=keys).update(
        workflow_version=_workflow(), stage_key=FROM, status=Status.IN_REVIEW, closed_at=None, outcome="",
        amber_at=due, due_at=due,
    )  # fmt: skip
    return keys


def _workflow() -> WorkflowVersion:
    def words(text: str) -> dict[str, str]:
        return {"ar": f"ع {text}", "en": text}

    value = Value(
        key="bulk",
        name=words("bulk"),
        stages=(
            Stage(
                key=FROM,
                label=words(FROM),
                status=Status.IN_REVIEW,
                outcomes=(Outcome(key=OUTCOME, label=words(OUTCOME), target=TO),),
            ),
            Stage(key=TO, label=words(TO), status=Status.IN_PROGRESS, target=Target(amount=3)),
        ),
    )
    Workflow.objects.bulk_create([Workflow(key=value.key, name=value.name)])
    return WorkflowVersion.objects.create(
        digest=digest_of(value), workflow=Workflow.objects.get(key=value.key), number=1,
        spec=value.model_dump(mode="json"),
    )  # fmt: skip
