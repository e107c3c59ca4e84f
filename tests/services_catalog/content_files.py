"""The content files of the services, read without a database; tests of the files and the journeys use it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from wagtail.blocks import StreamBlock

from forms_builder.blocks import FormStepsBlock
from forms_builder.compiler import compile_form
from forms_builder.ports import Entry, KnownCalendar, KnownRegistry, Openings, register_calendars, register_registries
from forms_builder.spec import FormSpec
from services_catalog.content.written import Words, Writer
from services_catalog.models import ServicePage
from services_catalog.registries.columns import ColumnsBlock
from services_catalog.registries.models import Registry, RegistryEntry
from tests.forms_builder.registers import RegistersInMemory

CONTENT = Path(settings.BASE_DIR) / "content"
FILES = {path.stem: path for path in sorted(CONTENT.glob("*/services/*.json"))}


def read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def body_of(path: Path) -> dict[str, Any]:
    return read(path.parent.parent / "organisation.json")


def form_of(path: Path) -> FormSpec:
    """The compiled form of a content file, without a database."""
    fees = ServicePage._meta.get_field("fee_lines").stream_block
    return compile_form(
        _blocks(path, FormStepsBlock(), "form_steps"),
        currency=body_of(path)["currency"],
        organisation=body_of(path)["key"],
        fee_lines=_blocks(path, fees, "fee_lines"),
    )


def _blocks(path: Path, block: StreamBlock, name: str) -> Any:
    writer = Writer(path.stem, Words(settings.LANGUAGE_CODE), lambda chooser, name: 0)
    return block.to_python(writer.raw(block, read(path).get(name, []), name))


@contextmanager
def registries_of_the_files() -> Iterator[RegistersInMemory]:
    """What forms look up stands in a content file too."""
    (path,) = CONTENT.glob("*/registries.json")
    ((key, written),) = read(path).items()
    columns = [{"type": "column", "value": column, "id": column["key"]} for column in written["columns"]]
    registry = Registry(key=key, columns=ColumnsBlock().to_python(columns))
    entries = [RegistryEntry(registry=registry) for _entry in written["entries"]]
    for entry, values in zip(entries, written["entries"], strict=True):
        entry.fill(values)
    in_memory = RegistersInMemory(
        KnownRegistry(registry.key, written["organisation"], registry.column_list, has_expiry=bool(registry.expiry)),
        [Entry(str(entry.public_id), entry.values, is_expired=_is_past(entry)) for entry in entries],
    )
    before = register_registries(in_memory)
    try:
        yield in_memory
    finally:
        register_registries(before)


def _is_past(entry: RegistryEntry) -> bool:
    return entry.expires_on is not None and entry.expires_on < timezone.localdate()


@contextmanager
def calendars_of_the_files() -> Iterator[None]:
    before = register_calendars(CalendarsInFiles())
    try:
        yield
    finally:
        register_calendars(before)


class CalendarsInFiles:
    """The calendars of the files, without a database."""

    def __init__(self) -> None:
        files = map(read, CONTENT.glob("*/calendars.json"))
        self.keys = {key: calendar["organisation"] for file in files for key, calendar in file.items()}

    def choices(self) -> list[tuple[str, str]]:
        return [(key, key) for key in self.keys]

    def calendar(self, key: str) -> KnownCalendar | None:
        return KnownCalendar(key, self.keys[key], {}, {}, 30) if key in self.keys else None

    def openings(self, key: str, holder: str) -> Openings:
        return Openings(calendar=self.calendar(key))
