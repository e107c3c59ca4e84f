"""The person before the window: found by his whole number, or registered. Nobody is listed, nothing is guessed.

Numbers that are tried are counted for the clerk like those of a registry; what is kept of them are digests.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.core import signing

from forms_builder.ports import TooManyLookups, Wanted
from home.accounts.models import User
from home.accounts.registration import Registration, register_present
from services_catalog.registries.attempts import Attempt

# Different numbers of nobody within an hour; three times as many in all. More people nobody serves.
MOST_WRONG = 30
_SALT = "service_requests.window"
_VALID_FOR = timedelta(minutes=30)

__all__ = ["Found", "TooManyLookups", "chosen", "find", "mark_of", "register"]


@dataclass(frozen=True)
class Found:
    """Who answers to a number: one person, nobody, or several, who are not told apart by it."""

    person: User | None = None
    several: bool = False


def find(clerk: User, *, identity_type: str = "", identity_number: str = "", mobile: str = "") -> Found:
    """The person with this identity, or with this mobile; both as they are stored.

    Raises:
        TooManyLookups: when the clerk has tried too many others.
    """
    by = {"identity_type": identity_type, "identity_number": identity_number} if identity_number else {"mobile": mobile}
    attempt = _attempt(clerk, by)
    attempt.count()
    people = list(User.objects.filter(**by, is_active=True)[:2])
    if people:
        attempt.succeeded()
    return Found(people[0] if len(people) == 1 else None, several=len(people) > 1)


def register(clerk: User, registration: Registration) -> tuple[User, bool]:
    """The person with this identity, and whether he was not known before.

    Raises:
        TooManyLookups: as `find` does: a known person would be told by it as well.
    """
    known = {"identity_type": registration.identity_type, "identity_number": registration.identity_number}
    attempt = _attempt(clerk, known)
    attempt.count()
    person, is_new = register_present(registration, by=clerk)
    attempt.succeeded()
    return person, is_new


def _attempt(clerk: User, by: Mapping[str, str]) -> Attempt:
    asked_by = {f"window:{clerk.pk}": 1}
    wanted = Wanted(organisation="", registry="people", key=(), asked_by=asked_by, most_failures=MOST_WRONG)
    return Attempt(wanted, "|".join(by.values()))


def mark_of(clerk: User, person: User) -> str:
    """What the page carries of a person who was found: for this clerk only, and not for long."""
    return signing.dumps({"clerk": clerk.pk, "person": person.pk}, salt=_SALT, compress=False)


def chosen(clerk: User, mark: str) -> User | None:
    """The person of a mark; None when it is forged, another clerk's, or too old."""
    try:
        told = signing.loads(mark, salt=_SALT, max_age=_VALID_FOR)
    except signing.BadSignature:
        return None
    if told["clerk"] != clerk.pk:
        return None
    return User.objects.filter(pk=told["person"], is_active=True).first()
