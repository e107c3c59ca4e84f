"""Random organisation charts × people × actions, against a short oracle of rights written from the rules in words."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from home.accounts.models import User
from service_requests.history.writing import record_changes
from service_requests.records.models import ServiceRequest
from service_requests.records.scope import visible_to
from service_requests.workflow.actions import NotPossible, choose, move_many
from service_requests.workflow.permissions import gone_from, permitted
from services_catalog.duties import limit_post
from services_catalog.organisations.models import Absence, Department, Membership, Organisation, Role
from services_catalog.processes.compiling import digest_of
from services_catalog.processes.models import Workflow, WorkflowVersion
from tests.factories import (
    DepartmentFactory,
    OrganisationFactory,
    ServicePageFactory,
    ServiceRequestFactory,
    UserFactory,
)
from tests.service_requests.workflow.test_rights import CENTRE

ZONES = ("Pacific/Auckland", "America/Los_Angeles", "Asia/Riyadh")
# Departments of the three bodies.
BODY_OF = (0, 0, 1, 2)
GROUPS = ("clerk", "clerk", "clerk", "supervisor", "auditor", "editor")
ROLES = ("", "delegate", "cashier")
STAGES = ("check", "payment", "approval")
PLACES = list(product(range(len(BODY_OF)), range(2)))
OUTCOMES = ("set_amount", "paid", "back", "approve")

people = st.integers(0, len(GROUPS) - 1)


@dataclass(frozen=True)
class Post:
    person: int
    department: int
    role: str
    substitute: int | None
    services: frozenset[int]


@dataclass(frozen=True)
class Chart:
    """`parents` of the second and the third body; `absences` in days from the first of this test's days."""

    parents: tuple[int | None, int | None]
    posts: list[Post]
    absences: list[tuple[int, int, int]]
    stages: tuple[str, ...]
    assignees: tuple[int | None, ...]
    chosen: list[tuple[int, int, str]]


charts = st.builds(
    Chart,
    parents=st.tuples(st.sampled_from([None, 0]), st.sampled_from([None, 0, 1])),
    posts=st.lists(
        st.builds(
            Post,
            person=people,
            department=st.integers(0, len(BODY_OF) - 1),
            role=st.sampled_from(ROLES),
            substitute=st.none() | people,
            services=st.frozensets(st.integers(0, 1), max_size=1),
        ),
        min_size=1,
        max_size=9,
        unique_by=lambda post: (post.person, post.department, post.role),
    ),
    absences=st.lists(st.tuples(people, st.integers(-1, 1), st.integers(0, 2)), max_size=4),
    stages=st.tuples(*[st.sampled_from(STAGES)] * len(PLACES)),
    assignees=st.tuples(*[st.none() | people] * len(PLACES)),
    chosen=st.lists(st.tuples(people, st.integers(0, len(PLACES) - 1), st.sampled_from(OUTCOMES[:3])), max_size=6),
)


# --- The oracle --------------------------------------------------------------------------------------


def posts_today(chart: Chart, person: int, now: datetime) -> list[Post]:
    """Own posts, and those of absent people he stands in for; each day as it is where the body is."""

    def is_away(post: Post) -> bool:
        today = (now.astimezone(ZoneInfo(ZONES[BODY_OF[post.department]])).date() - now.date()).days
        return any(post.person == who and first <= today <= first + more for who, first, more in chart.absences)

    return [post for post in chart.posts if post.person == person or (post.substitute == person and is_away(post))]


def bodies_above(chart: Chart, body: int | None) -> set[int]:
    found: set[int] = set()
    while body is not None:
        found.add(body)
        body = (None, *chart.parents)[body]
    return found


def is_for(post: Post, request: int) -> bool:
    department, service = PLACES[request]
    return post.department == department and (not post.services or service in post.services)


def sees(chart: Chart, person: int, request: int, now: datetime) -> bool:
    posts = posts_today(chart, person, now)
    if GROUPS[person] in {"supervisor", "auditor"}:
        above = bodies_above(chart, BODY_OF[PLACES[request][0]])
        return any(BODY_OF[post.department] in above for post in posts)
    return GROUPS[person] == "clerk" and any(is_for(post, request) for post in posts)


def may(chart: Chart, person: int, request: int, key: str, now: datetime) -> bool:
    stage = CENTRE.stage(chart.stages[request])
    outcome = stage.outcome(key)
    if outcome is None or GROUPS[person] in {"auditor", "editor"} or not sees(chart, person, request, now):
        return False
    roles = outcome.roles or stage.roles
    has_role = any(post.role in roles and is_for(post, request) for post in posts_today(chart, person, now))
    did = {done for who, where, done in chart.chosen if (who, where) == (person, request)}
    return (not roles or has_role) and not did & set(outcome.apart_from)


# --- The world ---------------------------------------------------------------------------------------


@dataclass
class World:
    bodies: list[Organisation]
    departments: list[Department]
    people: list[User]
    requests: list[ServiceRequest]
    services: list[Any]

    def become(self, chart: Chart, now: datetime) -> None:
        for body, parent in zip(self.bodies[1:], chart.parents, strict=True):
            above = None if parent is None else self.bodies[parent].pk
            Organisation.objects.filter(pk=body.pk).update(parent=above)
        for post in chart.posts:
            self._post(post)
        for who, first, more in chart.absences:
            day = now.date() + timedelta(days=first)
            Absence.objects.create(user=self.people[who], first_day=day, last_day=day + timedelta(days=more))
        for request, stage, who in zip(self.requests, chart.stages, chart.assignees, strict=True):
            request.stage_key, request.status = stage, CENTRE.stage(stage).status
            request.assignee = None if who is None else self.people[who]
            ServiceRequest.objects.filter(pk=request.pk).update(
                stage_key=stage, status=request.status, assignee=request.assignee
            )
        for who, where, done in chart.chosen:
            record_changes([self.requests[where].pk], by=self.people[who], outcome=done)

    def _post(self, post: Post) -> None:
        made = Membership.objects.create(
            user=self.people[post.person],
            department=self.departments[post.department],
            role=Role.objects.get(key=post.role) if post.role else None,
            substitute=None if post.substitute is None else self.people[post.substitute],
        )
        limit_post(made, [self.services[service].pk for service in post.services])


@pytest.fixture
def world(db: None) -> World:
    bodies = [OrganisationFactory(time_zone=zone) for zone in ZONES]
    departments = [DepartmentFactory(organisation=bodies[body]) for body in BODY_OF]
    services = [ServicePageFactory(department=departments[0]) for _serial in range(2)]
    kept = Workflow.objects.create(key=CENTRE.key, name=CENTRE.name, stages="[]")
    version = WorkflowVersion.objects.create(
        digest=digest_of(CENTRE), workflow=kept, number=2, spec=CENTRE.model_dump(mode="json")
    )
    applicant = UserFactory(citizen=True)
    requests = [
        ServiceRequestFactory(
            department=departments[department],
            service=services[service],
            workflow_version=version,
            stage="check",
            applicant=applicant,
        )
        for department, service in PLACES
    ]
    return World(bodies, departments, [UserFactory(**{group: True}) for group in GROUPS], requests, services)


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def happens(request: ServiceRequest, key: str, by: User) -> bool:
    with undone():
        try:
            choose(ServiceRequest.objects.get(pk=request.pk), key, by=by, note="سبب")
        except (NotPossible, PermissionDenied):
            return False
        return True


# A chart as it was found tells enough: to make it smaller would take minutes.
@settings(
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    chart=charts,
    hour=st.sampled_from([3, 9, 21]),
    doer=people,
    where=st.integers(0, len(PLACES) - 1),
    key=st.sampled_from(OUTCOMES),
)
def test_everybody_sees_and_may_do_what_the_rules_say(
    chart: Chart, hour: int, doer: int, where: int, key: str, world: World
) -> None:
    # At these hours of Greenwich the days of the three bodies differ in each way they can.
    now = datetime(2027, 3, 10, hour, tzinfo=UTC)
    with undone(), patch.object(timezone, "now", lambda: now):
        world.become(chart, now)
        numbers = {request.pk: number for number, request in enumerate(world.requests)}
        for number, person in enumerate(world.people):
            seen = {numbers[pk] for pk in visible_to(person).values_list("pk", flat=True)}
            assert seen == {place for place in numbers.values() if sees(chart, number, place, now)}, number
            for place in seen:
                offered = {outcome.key for outcome in permitted(world.requests[place], person)}
                assert offered == {key for key in OUTCOMES if may(chart, number, place, key, now)}, (number, place)

        note(f"{doer} {key} {where}")
        assert happens(world.requests[where], key, world.people[doer]) is may(chart, doer, where, key, now)
        assert {numbers[pk] for pk in gone_from(world.requests)} == {
            place
            for place, who in enumerate(chart.assignees)
            if who is not None and not any(is_for(post, place) for post in posts_today(chart, who, now))
        }
        allowed = {place for place in numbers.values() if may(chart, doer, place, key, now)}
        if GROUPS[doer] in {"clerk", "supervisor"}:
            move_many(list(numbers), key, by=world.people[doer], note="دفعة")
            moved = ServiceRequest.history.filter(history_change_reason="bulk: دفعة").values_list("id", flat=True)
            assert {numbers[pk] for pk in moved} == allowed
