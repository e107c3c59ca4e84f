"""The desk's list against a stock listing of the same rows, with the same columns and filters."""

from collections.abc import Callable, Iterator
from functools import partial
from urllib.parse import urlencode

from django.core.handlers.wsgi import WSGIHandler

from service_requests.records.models import ServiceRequest
from tests.benchmarks.report import Row, faster, queries
from tests.benchmarks.stage import Stage
from tests.benchmarks.stopwatch import race
from tests.benchmarks.visitor import Visitor, expect

OURS, STOCK = "/admin/requests/", "/admin/stock-requests/"
ROWS_ON_A_PAGE = 20
A_MILLION = 1_000_000
TURNS = 7


def measure(application: WSGIHandler, stage: Stage) -> Iterator[Row]:
    clerk = Visitor(application, stage.staff)
    number = ServiceRequest.objects.count()
    some = ServiceRequest.objects.order_by("pk")[number // 2]
    # The goals are stated for a million rows, where the stock listing falls behind.
    many = number >= A_MILLION
    last = -(-number // ROWS_ON_A_PAGE)
    listed = f"desk list of {round(number, -4):,}"
    by_name = "?" + urlencode({"q": "القحطاني"})
    views = [
        ("first page", "", "", 5.0),
        # Ours has pages of the first ten thousand, and shows the oldest at the head of the other order.
        ("last page", "?ordering=submitted_at", f"?p={last}", 20.0),
        ("of one state", "?status=in_review", "?status=in_review", 2.0),
        ("search by number", f"?q={some.number}", f"?q={some.number}", 25.0),
        ("search by name", by_name, by_name, 25.0),
    ]
    for name, query, stock_query, goal in views:
        timings = race({"ours": _view(clerk, OURS + query), "stock": _view(clerk, STOCK + stock_query)}, turns=TURNS)
        ours, stock = timings["ours"], timings["stock"]
        yield faster(f"{listed}, {name}", ours.typical, stock.typical, "stock listing", goal if many else 1)
        yield queries(f"{listed}, {name}", ours.queries, stock.queries, 10)


def _view(clerk: Visitor, address: str) -> Callable[[], object]:
    return partial(_seen, clerk, address)


def _seen(clerk: Visitor, address: str) -> None:
    expect(200, clerk.get(address))
