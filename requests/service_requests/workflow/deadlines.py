"""The clock of requests, kept with them: when they are due, and the pauses in which nothing becomes due.

Submit, every move and every recomputation ask here for the columns of the clock. There are two: that of the
request runs from submission for as long as the service promises, that of the stage for its target. Both stand
in a stage that waits for others; nothing is due then, so those columns are empty, and they are counted anew
when it goes on. A return to the stage that was left for waiting goes on with the clock of that stage.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from cms.working_time import Interval, NoWorkingTime, WorkingTime
from service_requests.records.models import ServiceRequest
from service_requests.workflow.clock import Granted, deadline, used
from services_catalog.organisations.calendars import working_times
from services_catalog.processes.workflow import Stage
from services_catalog.promises import Promise, promise_of, promises

Columns = dict[str, Any]

_NOTHING_DUE: Columns = {"amber_at": None, "due_at": None}
_NO_STAGE_DUE: Columns = {"stage_amber_at": None, "stage_due_at": None}
CLOCK = ("stage_since", "pauses", "amber_at", "due_at", "stage_amber_at", "stage_due_at", "rungs_done",
         "worked_minutes")  # fmt: skip
# Of each request its own, and to read ten thousand of them takes as long as to move them.
OWN_TIMES = ("submitted_at", "stage_since", "amber_at", "due_at", "pauses")


@dataclass(frozen=True)
class Pause:
    """Time in which the clock stood; `until` is empty while it stands.

    Attributes:
        stage: the stage that was left for it.
        since: when that stage had begun, for the clock that goes on with it.
    """

    begun: datetime
    until: datetime | None
    stage: str
    since: datetime

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "Pause":
        until = stored.get("until")
        return cls(
            datetime.fromisoformat(stored["from"]),
            datetime.fromisoformat(until) if until else None,
            stored["stage"],
            datetime.fromisoformat(stored["since"]),
        )

    def stored(self) -> dict[str, Any]:
        return {
            "from": self.begun.isoformat(),
            "until": self.until.isoformat() if self.until else None,
            "stage": self.stage,
            "since": self.since.isoformat(),
        }

    def ended(self, at: datetime) -> "Pause":
        return Pause(self.begun, at, self.stage, self.since)


class Terms:
    """The calendars and promises that some requests are counted by; each read once, and only when asked for."""

    def __init__(self, requests: Iterable[ServiceRequest]) -> None:
        self._requests = list(requests)
        self._counted: dict[Any, tuple[datetime | None, datetime | None]] = {}

    @cached_property
    def _offices(self) -> dict[int, WorkingTime]:
        return working_times({request.organisation_id: request.organisation for request in self._requests}.values())

    @cached_property
    def _promises(self) -> dict[int, Promise | None]:
        known = {
            request.service_id: promise_of(request.service.duration, request.service.duration_unit)
            for request in self._requests
            if ServiceRequest.service.is_cached(request)
        }
        others = {request.service_id for request in self._requests} - known.keys()
        return {**known, **(promises(others) if others else {})}

    def office(self, request: ServiceRequest) -> WorkingTime:
        return self._offices[request.organisation_id]

    def promise(self, request: ServiceRequest) -> Promise | None:
        return self._promises.get(request.service_id)

    def deadline(
        self, request: ServiceRequest, granted: Granted, start: datetime, pauses: tuple[Interval, ...]
    ) -> tuple[datetime | None, datetime | None]:
        """Counted once for all that begin together in one office, as those do that are moved together."""
        clock = (request.organisation_id, granted, start, pauses)
        if clock not in self._counted:
            self._counted[clock] = _counted(self.office(request), granted, start, pauses)
        return self._counted[clock]


def at_submit(request: ServiceRequest, terms: Terms) -> Columns:
    """The columns of the clock of a request that is about to be made, in its first stage."""
    return _entered(request, request.stage, (), request.submitted_at, terms)


def after_move(request: ServiceRequest, stage: Stage, *, now: datetime, terms: Terms) -> Columns:
    """The columns of the clock of a request that leaves its stage for `stage`."""
    return _entered(request, stage, pauses_of(request), now, terms)


def after_moves(requests: Sequence[ServiceRequest], stage: Stage, *, now: datetime) -> dict[int, Columns]:
    """The same for many that stand in one stage, by their keys; columns that keep their value may be left out.

    The requests may come without their OWN_TIMES, which are read where they count.
    """
    terms = Terms(requests)
    if _moves_the_whole(requests, stage):
        _read_own_times(requests)
        return {request.pk: after_move(request, stage, now=now, terms=terms) for request in requests}
    # Those of one office begin together, and nothing of each one's own is asked.
    by_office = {request.organisation_id: request for request in requests}
    columns = {office: _afresh(request, stage, now, terms) for office, request in by_office.items()}
    return {request.pk: columns[request.organisation_id] for request in requests}


def read_clock_again(request: ServiceRequest) -> None:
    """The clock as it now stands, locked: what was read before may have been left and come back to since."""
    row = ServiceRequest.objects.select_for_update().filter(pk=request.pk).order_by().values(*CLOCK).first()
    for name, value in (row or {}).items():
        setattr(request, name, value)


def recomputed(request: ServiceRequest, terms: Terms) -> Columns:
    """The dates of an open request by the calendar, the promise and the workflow as they now are; it stays there.

    Nothing is due while it waits: its dates are counted when it goes on. A newer workflow may have made a stage
    that waits of one that does not, or the other way round: its pause ends, or begins, with the stage.
    """
    pauses = pauses_of(request)
    if request.stage.pauses_clock:
        return {**_NOTHING_DUE, **_NO_STAGE_DUE, "pauses": [pause.stored() for pause in pauses]}
    if pauses and pauses[-1].until is None:
        pauses = (*pauses[:-1], pauses[-1].ended(request.stage_since))
    ended = _intervals(pauses)
    return {
        "pauses": [pause.stored() for pause in pauses],
        **_request_due(request, ended, terms),
        **_stage_due(request, request.stage, request.stage_since, ended, terms),
    }


def pauses_of(request: ServiceRequest) -> tuple[Pause, ...]:
    """Every pause so far. One that nobody wrote down, from before there was a clock, began with its stage."""
    pauses = tuple(map(Pause.read, request.pauses))
    stands = request.stage.pauses_clock and not (pauses and pauses[-1].until is None)
    if not stands:
        return pauses
    return (*pauses, Pause(request.stage_since, None, request.stage_key, request.stage_since))


def apart(rows: Mapping[int, Columns]) -> tuple[Columns, dict[int, Columns]]:
    """What is the same for all of these requests, and what each has of its own."""
    if not rows:
        return {}, {}
    first, *others = rows.values()
    same = {name: value for name, value in first.items() if all(other[name] == value for other in others)}
    own = {pk: {name: value for name, value in row.items() if name not in same} for pk, row in rows.items()}
    return same, (own if len(same) < len(first) else {})


def of_news(rows: Mapping[int, Columns], requests: Sequence[ServiceRequest]) -> dict[int, Columns]:
    """Of columns that each of these requests gets of its own, those that are new to one of them at least."""
    if not rows:
        return {}
    names = [
        name
        for name in next(iter(rows.values()))
        if any(getattr(request, name) != rows[request.pk][name] for request in requests)
    ]
    return {pk: {name: row[name] for name in names} for pk, row in rows.items()} if names else {}


def update_each(rows: Mapping[int, Columns]) -> None:
    """Write to each of these requests columns of its own, the same columns to all: one statement per batch.

    Not `bulk_update`: its tree of conditions takes longer to build than everything else together.
    """
    if not rows:
        return
    names = list(next(iter(rows.values())))
    fields = [ServiceRequest._meta.pk, *(ServiceRequest._meta.get_field(name) for name in names)]
    most = (connection.features.max_query_params or 30_000) // len(fields)
    items = list(rows.items())
    for start in range(0, len(items), most):
        _update_each(fields, items[start : start + most])


def _update_each(fields: Sequence[Any], rows: Sequence[tuple[int, Columns]]) -> None:
    quote = connection.ops.quote_name
    table = quote(ServiceRequest._meta.db_table)
    # PostgreSQL guesses the type of a parameter from its text, and of a column from its first row.
    casts = [f"CAST(%s AS {field.cast_db_type(connection)})" for field in fields]
    one = f"({', '.join(casts if connection.vendor == 'postgresql' else ['%s'] * len(fields))})"
    key, *changed = [quote(field.column) for field in fields]
    setting = ", ".join(f"{column} = given.{column}" for column in changed)
    parameters = [
        field.get_db_prep_save(value, connection)
        for pk, columns in rows
        for field, value in zip(fields, [pk, *columns.values()], strict=True)
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH given ({', '.join([key, *changed])}) AS (VALUES {', '.join([one] * len(rows))}) "
            f"UPDATE {table} SET {setting} FROM given WHERE {table}.{key} = given.{key}",
            parameters,
        )


def _moves_the_whole(requests: Sequence[ServiceRequest], stage: Stage) -> bool:
    """Whether the clock of one of these requests as a whole stops, goes on, ends, or has to be counted first.

    All stand in one stage. Whether one of them has times of its own is asked of the database: to read and parse them
    takes a tenth of what moving them does.
    """
    if stage.is_closed or stage.pauses_clock or requests[0].stage.pauses_clock:
        return True
    return _rows_of(requests).filter(Q(due_at=None) | ~Q(pauses=[])).exists()


def _read_own_times(requests: Sequence[ServiceRequest]) -> None:
    times = {pk: values for pk, *values in _rows_of(requests).values_list("pk", *OWN_TIMES)}
    for request in requests:
        for name, value in zip(OWN_TIMES, times[request.pk], strict=True):
            setattr(request, name, value)


def _rows_of(requests: Sequence[ServiceRequest]) -> QuerySet[ServiceRequest]:
    return ServiceRequest.objects.filter(pk__any_of={request.pk for request in requests}).order_by()


def _afresh(request: ServiceRequest, stage: Stage, now: datetime, terms: Terms) -> Columns:
    """The columns on entering a stage that runs on a clock that never stood; those of the whole stay."""
    return {
        **_stage_due(request, stage, now, (), terms),
        "stage_since": now,
        "rungs_done": 0,
        "pauses": [],
        "worked_minutes": None,
    }


def _entered(request: ServiceRequest, stage: Stage, pauses: Sequence[Pause], now: datetime, terms: Terms) -> Columns:
    """The columns on entering a stage; `pauses` are those so far, the last perhaps open."""
    held = pauses[-1] if pauses and pauses[-1].until is None else None
    written = [*pauses[:-1], held.ended(now)] if held else list(pauses)
    if stage.pauses_clock:
        left, since = (held.stage, held.since) if held else (request.stage_key, request.stage_since or now)
        written.append(Pause(now, None, left, since))
        dates, fresh = {**_NOTHING_DUE, **_NO_STAGE_DUE}, {"stage_since": now, "rungs_done": request.rungs_done}
    else:
        goes_on = held is not None and held.stage == stage.key
        since = held.since if held and goes_on else now
        fresh = {"stage_since": since, "rungs_done": request.rungs_done if goes_on else 0}
        dates = _dates(request, stage, since, written, terms, anew=held is not None)
    return {
        **dates,
        **fresh,
        "pauses": [pause.stored() for pause in written],
        "worked_minutes": _worked(request, now, _intervals(written), terms) if stage.is_closed else None,
    }


def _dates(
    request: ServiceRequest, stage: Stage, since: datetime, pauses: Sequence[Pause], terms: Terms, *, anew: bool
) -> Columns:
    ended = _intervals(pauses)
    # Without a pause behind it nothing changed for the request as a whole.
    kept = {"amber_at": request.amber_at, "due_at": request.due_at}
    whole = _request_due(request, ended, terms) if anew or request.due_at is None else kept
    return {**whole, **_stage_due(request, stage, since, ended, terms)}


def _request_due(request: ServiceRequest, pauses: Sequence[Interval], terms: Terms) -> Columns:
    found = _deadline(terms.promise(request), request, request.submitted_at, pauses, terms)
    return {"amber_at": found[0], "due_at": found[1]}


def _stage_due(
    request: ServiceRequest, stage: Stage, since: datetime, pauses: Sequence[Interval], terms: Terms
) -> Columns:
    target = None if stage.is_closed else stage.target
    found = _deadline(target, request, since, pauses, terms)
    return {"stage_amber_at": found[0], "stage_due_at": found[1]}


def _deadline(
    granted: Granted | None, request: ServiceRequest, start: datetime, pauses: Sequence[Interval], terms: Terms
) -> tuple[datetime | None, datetime | None]:
    """When it turns amber and when it is due; neither without a promise, or in an office that never works."""
    if granted is None:
        return None, None
    return terms.deadline(request, granted, start, tuple(pauses))


def _counted(
    office: WorkingTime, granted: Granted, start: datetime, pauses: tuple[Interval, ...]
) -> tuple[datetime | None, datetime | None]:
    try:
        found = deadline(office, granted, start, pauses)
    except NoWorkingTime:
        return None, None
    return found.amber_at, found.due_at


def _worked(request: ServiceRequest, now: datetime, pauses: Sequence[Interval], terms: Terms) -> int:
    return used(terms.office(request), request.submitted_at, now, pauses) // timedelta(minutes=1)


def _intervals(pauses: Iterable[Pause]) -> list[Interval]:
    return [(pause.begun, pause.until) for pause in pauses if pause.until is not None]
