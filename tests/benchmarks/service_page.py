"""The anonymous service page against a bare Django view and a stock form page."""

from collections.abc import Iterator

from django.core.handlers.wsgi import WSGIHandler

from tests.benchmarks import urls
from tests.benchmarks.report import Row, at_most, faster, queries
from tests.benchmarks.stage import Stage
from tests.benchmarks.stopwatch import race
from tests.benchmarks.visitor import Visitor, expect

TURNS = 200


def measure(application: WSGIHandler, stage: Stage) -> Iterator[Row]:
    visitor = Visitor(application)
    page, form_page = f"/ar/services/{stage.service.slug}/", f"/ar/{stage.form_page.slug}/"
    urls.PAGE["body"] = expect(200, visitor.get(page)).body
    expect(200, visitor.get(form_page))
    timings = race(
        {
            "page": lambda: visitor.get(page),
            "bare": lambda: visitor.get("/bare/"),
            "form page": lambda: visitor.get(form_page),
        },
        turns=TURNS,
    )
    ours, bare, peer = timings["page"], timings["bare"], timings["form page"]
    yield faster("anonymous service page", ours.typical, bare.typical, "bare view", 0.6)
    yield at_most("anonymous service page, 99th of 100", ours.slowest, bare.slowest, "bare view", 3)
    yield faster("anonymous service page", ours.typical, peer.typical, "stock FormPage", 10)
    yield queries("anonymous service page", ours.queries, peer.queries, 3)
