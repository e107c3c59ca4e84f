"""Filters of the list of requests that a person saved under a name, for himself alone."""

import uuid
from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db import transaction
from django.http import QueryDict

from service_requests.casework.models import SavedFilter

if TYPE_CHECKING:
    from home.accounts.models import User

MOST_SAVED = 30
_LONGEST = 2000


def filters_of(person: "User") -> list[SavedFilter]:
    return list(SavedFilter.objects.filter(person=person))


@transaction.atomic
def save(person: "User", name: str, query: str, *, known: Collection[str]) -> bool:
    """Keep a filter under this name, in place of an earlier one of the same name.

    Of the query only what the list knows is kept. False when nothing is left of it, or there are too many.
    """
    given = QueryDict(query[:_LONGEST])
    kept = QueryDict(mutable=True)
    for key, values in given.lists():
        if key in known:
            kept.setlist(key, [value for value in values if value and "\x00" not in value])
    address = QueryDict(kept.urlencode()).urlencode()
    mine = SavedFilter.objects.filter(person=person)
    if not address or (mine.exclude(name=name).count() >= MOST_SAVED):
        return False
    SavedFilter.objects.update_or_create(person=person, name=name, defaults={"query": address})
    return True


def forget(person: "User", public_id: uuid.UUID) -> bool:
    """Delete a filter of his own; False when it is not."""
    return bool(SavedFilter.objects.filter(person=person, public_id=public_id).delete()[0])
