"""A registry that stands in memory, for tests of forms without a database."""

from collections.abc import Sequence
from dataclasses import replace

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

    def __init__(self) -> None:
        self.entries = [FOUND, EXPIRED, RENEWED]
        self.asked: list[Wanted] = []
        self.is_limited = False

    def names(self) -> list[tuple[str, str]]:
        return [(PERMITS, "التصاريح")]

    def registry(self, key: str) -> KnownRegistry | None:
        if key != PERMITS:
            return None
        return KnownRegistry(PERMITS, OFFICE, COLUMNS, has_expiry=True, is_empty=not self.entries)

    def find(self, wanted: Wanted) -> Entry | None:
        self.asked.append(wanted)
        if self.is_limited and wanted.asked_by:
            raise TooManyLookups
        if (wanted.organisation, wanted.registry) != (OFFICE, PERMITS):
            return None
        typed = [compact(fold(text)) for _kind, text in wanted.key]
        return next((one for one in self.entries if _key(one) == typed), None)

    def samples(self, organisation: str, key: str) -> Sequence[Entry]:
        if (organisation, key) != (OFFICE, PERMITS):
            return ()
        return [one for one in self.entries if not (one.is_expired or one.is_used)]

    def use(self, entry: str, *, by: str) -> bool:
        for place, one in enumerate(self.entries):
            if one.id == entry and not one.is_used:
                self.entries[place] = replace(one, is_used=True)
                return True
        return False


def _key(entry: Entry) -> list[str]:
    return [compact(fold(entry.values[column.key])) for column in COLUMNS if column.is_key]
