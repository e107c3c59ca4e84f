"""The two columns of the record that an import may change: department and assignee.

What may be chosen follows the action `assign`: an open request, a department of its organisation,
and a person who processes requests there.
"""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from cms.arabic import clean, fold
from cms.spreadsheets.cells import same, undone
from cms.spreadsheets.formats import FORMULA
from service_requests.exchange.columns import ASSIGNEE, DEPARTMENT, RecordField
from service_requests.records.models import ServiceRequest
from service_requests.workflow.permissions import staff_of
from services_catalog.duties import charges_in
from services_catalog.organisations.models import Department

if TYPE_CHECKING:
    from home.accounts.models import User

_USER_NAME = re.compile(r"\(([^()]+)\)\s*$")


class Places:
    """Departments of some organisations and who works in them, read once."""

    def __init__(self, organisations: Iterable[int]) -> None:
        self.departments = list(Department.objects.filter(organisation__in=set(organisations)))
        ids = [department.pk for department in self.departments]
        self.people: dict[int, User] = {person.pk: person for person in staff_of(ids)}
        self.charges = {person: held for person, held in charges_in(ids).items() if person in self.people}

    def department(self, text: str, organisation: int) -> Department:
        """The department of that key or name.

        Raises:
            ValueError: in words a clerk understands.
        """
        wanted = fold(text)
        found = [
            department
            for department in self.departments
            if department.organisation_id == organisation
            and wanted in {fold(name) for name in (department.key, *department.name.values()) if name}
        ]
        if not found:
            raise ValueError(_("There is no department “%(name)s”. Write its name as in the export.") % {"name": text})
        if len(found) > 1:
            keys = ", ".join(department.key for department in found)
            raise ValueError(_("Several departments have this name. Write the key of one: %(keys)s.") % {"keys": keys})
        return found[0]

    def assignee(self, text: str, department: Department, service: int) -> "User":
        """The person of that user name, or of that name when only one has it of those whose work this service is there.

        Raises:
            ValueError: in words a clerk understands.
        """
        people = [person for pk, person in self.people.items() if self.works_in(pk, department.pk, service)]
        in_brackets = _USER_NAME.search(text)
        user_names = {clean(text), in_brackets[1].strip() if in_brackets else ""}
        found = [person for person in people if person.get_username() in user_names] or [
            person for person in people if fold(person.get_full_name()) == fold(text)
        ]
        if not found:
            raise ValueError(
                _("%(person)s does not process requests of this department. Choose somebody of it, or empty the cell.")
                % {"person": text}
            )
        if len(found) > 1:
            raise ValueError(_("Several people have this name. Add the user name in brackets."))
        return found[0]

    def works_in(self, person: int | None, department: int, service: int) -> bool:
        """Whether nobody is in charge, or somebody who processes requests for that service in that department."""
        return person is None or any(charge.covers(department, service) for charge in self.charges.get(person, ()))


class PlaceField(RecordField):
    """A column that puts a request into other hands."""

    def __init__(self, key: str, places: Places) -> None:
        super().__init__(key)
        self.readonly = False
        self.places = places

    def save(self, instance: ServiceRequest, row: dict[str, Any], is_m2m: bool = False, **kwargs: Any) -> None:
        cell = row[self.column_name]
        if any(same(cell.strip(), texts[self.column_name]) for texts in kwargs["shown"].values()):
            return
        if cell == FORMULA:
            raise ValueError(no_formula())
        if instance.stage.is_closed:
            raise ValueError(_("This request is closed: it stays where it is."))
        self.place(instance, undone(cell.strip()))

    def place(self, request: ServiceRequest, text: str) -> None:
        raise NotImplementedError


class DepartmentField(PlaceField):
    def place(self, request: ServiceRequest, text: str) -> None:
        if not text:
            raise ValueError(_("A request always belongs to a department. Write its name."))
        request.department = self.places.department(text, request.organisation_id)


class AssigneeField(PlaceField):
    """Read after the department, because it must be somebody of the new one."""

    def place(self, request: ServiceRequest, text: str) -> None:
        request.assignee = self.places.assignee(text, request.department, request.service_id) if text else None


PLACE_FIELDS: dict[str, type[PlaceField]] = {DEPARTMENT: DepartmentField, ASSIGNEE: AssigneeField}


def still_elsewhere(request: ServiceRequest) -> str:
    person = request.assignee.get_full_name() if request.assignee else ""
    return _("%(person)s does not process requests of this department. Choose somebody of it, or empty the cell.") % {
        "person": person
    }


def no_formula() -> str:
    return _("This cell holds a formula. Write its result as text.")
