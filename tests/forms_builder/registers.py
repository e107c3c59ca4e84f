"""A registry that stands in memory, for tests of forms without a database."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from cms.arabic import compact, fold
from forms_builder.ports import Entry, KnownRegistry, RegistryColumn, TooManyLookups, Wanted

OFFICE = "office"
PERMITS = "permits"
COLUMNS = (
    RegistryColumn("contractor", {"ar": "رقم المقاول", "en": "Contractor number"}, "number", is_key=True),
    RegistryColumn("permit", {"ar": "رقم التصريح", "en": "Permit number"}, is_key=True),
    RegistryColumn("name", {"ar": "اسم المقاول", "en": "Contractor's name"}),
    RegistryColumn("ends", {"ar": "ينتهي في", "en": "Ends on"}, "date"),
    RegistryColumn("status", {"ar": "الحالة", "en": "Status"}),
)


def entry(number: int, contractor: str, permit: str, name: str, status: str = "valid", **more: bool) -> Entry:
    values = {"contractor": contractor, "permit": permit, "name": name, "ends": "2027-05-31", "status": status}
    return Entry(f"entry-{number}", values, **more)


FOUND = entry(1, "12045", "A-77", "شركة البناء المتين")
EXPIRED = entry(2, "12046", "A-78", "مؤسسة الأفق", is_expired=True)
RENEWED = entry(3, "12047", "A-79", "شركة الطريق", status="renewed")


class RegistersInMemory:
    """Answers as the real one does, and remembers what it was asked."""

    def __init__(
        self, known: KnownRegistry | None = None, entries: Sequence[Entry] = (FOUND, EXPIRED, RENEWED)
    ) -> None:
        self.known = known or KnownRegistry(PERMITS, OFFICE, COLUMNS, has_expiry=True)
        self.entries = list(entries)
        self.asked: list[Wanted] = []
        self.is_limited = False

    def names(self) -> list[tuple[str, str]]:
        return [(self.known.key, self.known.key)]

    def columns(self) -> dict[str, tuple[RegistryColumn, ...]]:
        return {self.known.key: self.known.columns}

    def registry(self, key: str) -> KnownRegistry | None:
        return replace(self.known, is_empty=not self.entries) if key == self.known.key else None

    def find(self, wanted: Wanted) -> Entry | None:
        self.asked.append(wanted)
        if self.is_limited and wanted.asked_by:
            raise TooManyLookups
        typed = [compact(fold(text)) for _kind, text in wanted.key]
        its = self.entries if self._is_it(wanted.organisation, wanted.registry) else ()
        return next((one for one in its if self._key(one) == typed), None)

    def samples(self, organisation: str, key: str) -> Sequence[Entry]:
        its = self.entries if self._is_it(organisation, key) else ()
        return [one for one in its if not (one.is_expired or one.is_used)]

    def use(self, entry: str, *, by: str) -> bool:
        for place, one in enumerate(self.entries):
            if one.id == entry and not one.is_used:
                self.entries[place] = replace(one, is_used=True)
                return True
        return False

    def give_back(self, entries: Collection[str], *, of: Collection[str], by: Any) -> None:
        self.entries = [replace(one, is_used=one.is_used and one.id not in entries) for one in self.entries]

    def _is_it(self, organisation: str, key: str) -> bool:
        return (organisation, key) == (self.known.organisation, self.known.key)

    def _key(self, entry: Entry) -> list[str]:
        return [compact(fold(entry.values[column.key])) for column in self.known.columns if column.is_key]
