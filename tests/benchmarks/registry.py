"""Looking an entry up among a hundred thousand, against one among a thousand."""

from collections.abc import Iterator
from itertools import count, islice

from django.core.handlers.wsgi import WSGIHandler

from forms_builder.ports import Wanted
from services_catalog.organisations.models import Organisation
from services_catalog.registries.columns import ColumnsBlock
from services_catalog.registries.lookups import StoredRegistries
from services_catalog.registries.models import Registry, RegistryEntry
from tests.benchmarks.report import Row, at_most, queries
from tests.benchmarks.stage import BATCH, Stage
from tests.benchmarks.stopwatch import race
from tests.factories import OrganisationFactory

LARGE, SMALL = 100_000, 1_000
TURNS = 300


def measure(application: WSGIHandler, stage: Stage) -> Iterator[Row]:
    organisation = OrganisationFactory()
    large, small = _Searched(organisation, LARGE), _Searched(organisation, SMALL)
    timings = race({"large": large.find, "small": small.find}, turns=TURNS)
    what = f"look-up in {LARGE} entries"
    yield at_most(what, timings["large"].typical, timings["small"].typical, f"in {SMALL}", 2)
    yield queries(what, timings["large"].queries, None, 1)


class _Searched:
    """A registry in which another entry is looked for each time."""

    def __init__(self, organisation: Organisation, size: int) -> None:
        self.size, self.turn = size, count(1)
        self.organisation, self.key = organisation.key, f"permits-{size}"
        registry = Registry.objects.create(
            key=self.key, name={"ar": "سجل", "en": "Register"}, organisation=organisation, columns=_columns()
        )
        rows = (_entry(registry, number) for number in range(size))
        while batch := list(islice(rows, BATCH)):
            RegistryEntry.objects.bulk_create(batch)

    def find(self) -> None:
        # A prime step reaches every part of the index.
        number = next(self.turn) * 7919 % self.size
        key = (("number", str(number)), ("text", f"P-{number}"))
        wanted = Wanted(organisation=self.organisation, registry=self.key, key=key)
        if StoredRegistries().find(wanted) is None:
            raise AssertionError(f"entry {number} of {self.size} was not found")


def _columns() -> object:
    written = (("contractor", "number", True), ("permit", "text", True), ("name", "text", False))
    return ColumnsBlock().to_python(
        [
            {"type": "column", "value": {"key": key, "kind": kind, "is_key": is_key, "label": {"ar": key, "en": key}}}
            for key, kind, is_key in written
        ]
    )


def _entry(registry: Registry, number: int) -> RegistryEntry:
    entry = RegistryEntry(registry=registry)
    entry.fill({"contractor": str(number), "permit": f"P-{number}", "name": f"شركة رقم {number}"})
    return entry
