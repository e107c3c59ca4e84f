"""The sections of the catalogue itself: the body that answers for a service, its department, the shelf.

They stand in the same file as in a content folder, `organisation.json`.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict
from wagtail.permissions import policy_registry

from cms.history import WITH_A_SERVICE
from services_catalog.bundles.archive import ORGANISATION, Bundle, BundleRefused, checked
from services_catalog.bundles.sections import Record, Section, register
from services_catalog.content.media import Media, Packed
from services_catalog.content.organisations import keep_working_calendar, kept, working_calendar_of
from services_catalog.content.refusal import ContentError
from services_catalog.models import ServiceCategory
from services_catalog.organisations.models import Department, Organisation, WorkingCalendar
from services_catalog.organisations.scope import organisations_of

_Texts = dict[str, str]


# Sections that stand in the file of the body, not in one of their own.
ORGANISATIONS = "organisations"
OF_THE_BODY = frozenset({ORGANISATIONS, "departments", "categories"})


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ClosureRecord(_Strict):
    day: str
    name: _Texts = {}
    estimated: bool = False


class WorkingCalendarRecord(_Strict):
    hours: dict[str, list[str]]
    ramadan_hours: dict[str, list[str]] = {}
    closures: list[ClosureRecord] = []


class OrganisationRecord(_Strict):
    name: _Texts
    portal_name: _Texts = {}
    number_prefix: str
    year_kind: str
    time_zone: str = "Asia/Riyadh"
    country: str = "SA"
    currency: str = "SAR"
    phone: str = ""
    email: str = ""
    working_hours: _Texts = {}
    inquiry_factor: str = "phone"
    emblem: str = ""
    working_calendar: WorkingCalendarRecord | None = None


class DepartmentRecord(_Strict):
    name: _Texts
    decides_objections: bool = False


class CategoryRecord(_Strict):
    name: _Texts
    icon: str = "grid"
    order: int = 0


class _Rows(Section):
    """Records that are rows of one model, found by their key."""

    model: type[Model]

    def found(self, key: str) -> Any:
        return self.model._default_manager.filter(key=key).first()

    def read(self, key: str, media: Packed) -> Record | None:
        row = self.found(key)
        return {name: getattr(row, name) for name in self.record.model_fields} if row else None

    def write(self, key: str, record: Record, media: Media) -> None:
        kept(self.model, {"key": key}, record, WITH_A_SERVICE)

    def part_words(self, part: str) -> str:
        return str(self.model._meta.get_field(part).verbose_name)  # type: ignore[union-attr]

    def may_write(self, user: Any, key: str) -> bool:
        policy, row = policy_registry.get_by_type(self.model), self.found(key)
        if row is None:
            return bool(policy.user_has_permission(user, "add"))
        return bool(policy.user_has_permission_for_instance(user, "change", row))


class OrganisationSection(_Rows):
    name = ORGANISATIONS
    label = _("organisation")
    record = OrganisationRecord
    model = Organisation

    def read(self, key: str, media: Packed) -> Record | None:
        row = self.found(key)
        if row is None:
            return None
        own = self.record.model_fields.keys() - {"emblem", "working_calendar"}
        return {
            **{name: getattr(row, name) for name in self.record.model_fields if name in own},
            "emblem": media.image(row.emblem.pk) if row.emblem else "",
            "working_calendar": working_calendar_of(row),
        }

    def write(self, key: str, record: Record, media: Media) -> None:
        values = {name: value for name, value in record.items() if name not in {"emblem", "working_calendar"}}
        emblem = media.image(record["emblem"]) if record["emblem"] else None
        body = kept(Organisation, {"key": key}, {**values, "emblem_id": emblem}, WITH_A_SERVICE)
        keep_working_calendar(body, record["working_calendar"], WITH_A_SERVICE)

    def part_words(self, part: str) -> str:
        return str(WorkingCalendar._meta.verbose_name) if part == "working_calendar" else super().part_words(part)

    def used_by(self, service: Record) -> Iterable[str]:
        return [key.partition("/")[0] for key in _named(service, "department")]


class DepartmentSection(_Rows):
    name = "departments"
    label = _("department")
    record = DepartmentRecord
    model = Department

    def used_by(self, service: Record) -> Iterable[str]:
        return _named(service, "department")

    def found(self, key: str) -> Any:
        organisation, _slash, department = key.partition("/")
        rows = Department.objects.select_related("organisation")
        return rows.filter(organisation__key=organisation, key=department).first()

    def write(self, key: str, record: Record, media: Media) -> None:
        organisation, _slash, department = key.partition("/")
        body = Organisation.objects.filter(key=organisation).first()
        if body is None:
            raise ContentError(_("its organisation is not here"))
        kept(Department, {"organisation": body, "key": department}, record, WITH_A_SERVICE)

    def may_write(self, user: Any, key: str) -> bool:
        """A new one too only in a body he works in, or in one that comes along and is his to make."""
        organisation = Organisation.objects.filter(key=key.partition("/")[0]).first()
        is_others = organisation is not None and not organisations_of(user).filter(pk=organisation.pk).exists()
        return super().may_write(user, key) and not is_others


class CategorySection(_Rows):
    name = "categories"
    label = _("category")
    record = CategoryRecord
    model = ServiceCategory

    def used_by(self, service: Record) -> Iterable[str]:
        return _named(service, "category")


def register_sections() -> None:
    """Called when the app is ready: before those of the apps above, which may need a body."""
    for section in (OrganisationSection(), DepartmentSection(), CategorySection()):
        register(section)


class _WrittenDepartment(DepartmentRecord):
    key: str


class _WrittenCategory(CategoryRecord):
    key: str


class _WrittenOrganisation(OrganisationRecord):
    key: str
    departments: list[_WrittenDepartment] = []
    categories: list[_WrittenCategory] = []


def as_file(records: dict[str, dict[str, Record]]) -> Record | None:
    """`organisation.json` of what a service needs."""
    for key, body in records["organisations"].items():
        departments = [{"key": k.partition("/")[2], **value} for k, value in records["departments"].items()]
        categories = [{"key": k, **value} for k, value in records["categories"].items()]
        return {"key": key, **body, "departments": departments, "categories": categories}
    return None


def sort_out(bundle: Bundle) -> None:
    """Put what `organisation.json` holds where the records of the sections are."""
    if OF_THE_BODY & bundle.records.keys():
        raise BundleRefused(f"{ORGANISATION}: {_('does not fit here')}")
    value = bundle.records.pop(ORGANISATION.removesuffix(".json"), None)
    if value is None:
        return
    body = checked(_WrittenOrganisation, value, ORGANISATION).model_dump()
    departments, categories, key = body.pop("departments"), body.pop("categories"), body.pop("key")
    bundle.records["organisations"] = {key: body}
    bundle.records["departments"] = {f"{key}/{part.pop('key')}": part for part in departments}
    bundle.records["categories"] = {part.pop("key"): part for part in categories}


def _named(service: Record, name: str) -> list[str]:
    key = service.get(name)
    return [key] if isinstance(key, str) and key else []
