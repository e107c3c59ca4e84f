"""Why a body, a department or a role must stay: something still stands on it. Said before “are you sure?”.

Stock pages would ask, and then fail on what the database protects. Apps above, which the database knows nothing
of (a workflow names roles and departments by their keys), register a reason of their own.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.db.models import PROTECT, RESTRICT, Model
from django.db.models.fields.reverse_related import ForeignObjectRel
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from services_catalog.organisations.models import Department, Membership, Organisation, Role

KEPT = (Organisation, Department, Role)
# What stands on this row, each in words.
Teller = Callable[[Model], Iterable[str]]
_TELLERS: list[Teller] = []


def register(teller: Teller) -> Teller:
    """Ask `teller` before one of these is deleted, from an app's `ready()`."""
    if teller not in _TELLERS:
        _TELLERS.append(teller)
    return teller


def standing_on(row: Model) -> list[str]:
    """What still needs this row, each in words; empty when it may go."""
    kinds = [str(capfirst(relation.related_model._meta.verbose_name_plural)) for relation in _needing(row)]
    return [*sorted(set(kinds)), *(words for tell in _TELLERS for words in tell(row))]


def _needing(row: Model) -> Iterable[Any]:
    """Relations of rows that may not lose it. Posts would go with their department, and with them rights of people."""
    # Those without a name of their own, too: the signer of a template, the department of a page.
    for relation in row._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ForeignObjectRel):
            continue
        is_kept = relation.on_delete in {PROTECT, RESTRICT} or relation.related_model is Membership
        manager = relation.related_model._base_manager
        if is_kept and manager.filter(**{relation.field.name: row}).exists():
            yield relation


def keep_what_is_used(request: HttpRequest, instances: Iterable[Model]) -> HttpResponse | None:
    for row in instances:
        found = standing_on(row) if isinstance(row, KEPT) else []
        if found:
            told = _("“%(row)s” is not deleted, for these still need it: %(kinds)s. Change or remove them first.")
            messages.error(request, told % {"row": row, "kinds": _(", ").join(found)})
            return redirect(type(row).snippet_viewset.get_url_name("list"))  # type: ignore[attr-defined]
    return None


def keep_many(request: HttpRequest, action_type: str, objects: Iterable[Model], action: Any) -> HttpResponse | None:
    return keep_what_is_used(request, objects) if action_type == "delete" else None
