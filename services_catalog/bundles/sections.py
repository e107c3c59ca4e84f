"""A port: parts of a bundle beside the page itself. Apps above add theirs; the catalogue knows none of them.

A section is a set of records with stable keys (a registry, a calendar), each one JSON object. In
`ready()`:

    sections.register(CalendarSection())

and a service that refers to a calendar travels with it. What is new, changed, edited here meanwhile
or missing is found out by comparing what `read` gives with what the file says: a section decides
nothing of that.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from typing import Any, ClassVar

from django.utils.functional import Promise
from pydantic import BaseModel

from cms.languages import in_language
from services_catalog.content.media import Media, Packed

Record = dict[str, Any]


@dataclass(frozen=True)
class Reference:
    """A record that another needs."""

    section: str
    key: str


class Section(ABC):
    """One kind of records.

    Attributes:
        name: names the member of the bundle, `<name>.json`: an object of records by key.
        label: what one record is called, as in “calendar”.
        record: what a record looks like. Forbid what is not known (`extra="forbid"`): a record that
            does not fit is refused with its place before anything is written. Give every part but the
            necessary a default.
        after: names of sections whose records are written before these, because these need them.
    """

    name: ClassVar[str]
    label: ClassVar[str | Promise]
    record: ClassVar[type[BaseModel]]
    after: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def used_by(self, service: Record) -> Iterable[str]:
        """Keys of the records that a service refers to, from its content file (`questions_of` walks its form)."""

    @abstractmethod
    def read(self, key: str, media: Packed) -> Record | None:
        """The record as it now stands in the portal, the same for the same state; None when there is none."""

    @abstractmethod
    def write(self, key: str, record: Record, media: Media) -> None:
        """Make the record or change it; `record` was checked. What is wrong is a ValidationError or ContentError."""

    def needs(self, record: Record) -> Iterable[Reference]:
        """Records of other sections without which this one cannot be."""
        return ()

    def title(self, key: str, record: Record) -> str:
        """What a person calls the record."""
        name = record.get("name")
        return (in_language(name) if isinstance(name, dict) else "") or key

    def part_words(self, part: str) -> str:
        """What a person calls a part of a record; a plan names the parts that differ."""
        field = self.record.model_fields.get(part)
        return (field.title if field else None) or part

    def is_for_all(self, record: Record) -> bool:
        """Whether the record belongs to no body and every one shares it: only a superuser may make such a one."""
        return False

    def may_write(self, user: Any, key: str) -> bool:
        """Whether this person may make or change the record. Without a person a command runs, which may."""
        return True


@dataclass
class _Sections:
    found: dict[str, Section] = field(default_factory=dict)


_SECTIONS = _Sections()


def register(section: Section) -> Section:
    """Let a section travel with services, from an app's `ready()`."""
    if type(_SECTIONS.found.get(section.name)) not in (type(None), type(section)):
        raise ValueError(f"There is a section “{section.name}” already.")
    _SECTIONS.found[section.name] = section
    return section


def unregister(name: str) -> None:
    _SECTIONS.found.pop(name, None)


def sections() -> dict[str, Section]:
    """Every section by its name, in the order in which they are written."""
    order = TopologicalSorter({name: section.after for name, section in _SECTIONS.found.items()}).static_order()
    return {name: _SECTIONS.found[name] for name in order if name in _SECTIONS.found}


def questions_of(service: Record) -> Iterable[Record]:
    """Every question in a service's content file, those of groups too."""
    for step in _objects(service.get("form_steps")):
        for question in _objects(step.get("fields")):
            yield question
            yield from _objects(question.get("fields"))


def _objects(value: Any) -> list[Record]:
    # A file may hold anything here; what is no list of objects is refused later, in words.
    return [part for part in value if isinstance(part, dict)] if isinstance(value, list) else []
