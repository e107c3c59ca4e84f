"""Public inquiry: whether the time that a miss takes tells what was wrong with it. No limit stands in the way here."""

from collections.abc import Iterator
from statistics import mean, median

from django.core.handlers.wsgi import WSGIHandler
from django.test import override_settings
from django.utils import timezone

from service_requests.records.models import ServiceRequest
from services_catalog.organisations.numbers import year_of
from tests.benchmarks.report import Row, ms
from tests.benchmarks.stage import Stage
from tests.benchmarks.stopwatch import race
from tests.benchmarks.visitor import Visitor, expect

TURNS = 200
# Less than the way of one answer through the network differs.
GOAL = 0.005
ADDRESS = "/en/inquiry/"
MISSED = "We found no request that fits"


def measure(application: WSGIHandler, stage: Stage) -> Iterator[Row]:
    visitor = Visitor(application, stage.staff)
    body = stage.service.department.organisation
    year = year_of(body, timezone.now())
    known = ServiceRequest.objects.filter(organisation=body, year=year).latest("serial")
    end = known.applicant_mobile[-4:]
    wrong_end = f"{(int(end) + 1) % 10_000:04d}"
    prefix, serial = body.number_prefix, known.serial
    right = {"number": f"{prefix}-{year}-{serial}", "digits": end}
    # Written alike, so that nothing differs but what is wrong.
    misses = {
        "no such number": {"number": f"{prefix}-{year}-987654321", "digits": end},
        "another year": {"number": f"{prefix}-{year - 1}-{serial}", "digits": end},
        "another phone": {**right, "digits": wrong_end},
        "no such body": {"number": f"ZZZ-{year}-{serial}", "digits": end},
    }
    with override_settings(ACCOUNT_RATE_LIMITS={}, INQUIRY_MISSES_PER_HOUR=1_000_000):
        told = expect(200, visitor.post(ADDRESS, right)).text
        assert known.number in told, "the control: the right question finds it"
        for name, asked in misses.items():
            assert MISSED in expect(200, visitor.post(ADDRESS, asked)).text, name
        timings = race(
            {name: lambda asked=asked: visitor.post(ADDRESS, asked) for name, asked in misses.items()}, turns=TURNS
        )
    typical = {name: timing.typical for name, timing in timings.items()}
    # Turn by turn against the turn's mean: what else the machine does meanwhile falls on all of a turn alike.
    means = [mean(turn) for turn in zip(*(timing.seconds for timing in timings.values()), strict=True)]
    off = [
        median(seconds - middle for seconds, middle in zip(timing.seconds, means, strict=True))
        for timing in timings.values()
    ]
    apart = max(off) - min(off)
    listed = ", ".join(f"{name} {ms(seconds)}" for name, seconds in typical.items())
    yield Row("misses of the inquiry, furthest apart", ms(apart), listed, "", f"< {ms(GOAL)}", apart < GOAL)
    counts = {timing.queries for timing in timings.values()}
    each = "/".join(map(str, sorted(counts)))
    yield Row("misses of the inquiry", f"{each} queries", "", "", "as many for each", len(counts) == 1)
