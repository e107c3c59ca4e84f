"""A person becomes known to the portal: he opens an account, or a clerk opens one for him at the window."""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction

from home.accounts.budgets import Limit, Spent, Whose, take
from home.accounts.jobs import send_already_registered
from home.accounts.models import MessageKind, User
from home.accounts.outbox import tell_by_sms, tell_of_another_address


@dataclass(frozen=True)
class Registration:
    """What was typed, checked and normalised. The password is hashed; at the window there is none."""

    identity_type: str
    identity_number: str
    full_name: str
    mobile: str
    email: str
    password: str


def register(registration: Registration) -> None:
    """Open the account of somebody whose mobile a code has proved; unless this identity has one: then its owner is
    told, and only its owner.

    It returns nothing in either case: who may read the outcome could ask whether a person has an account.
    """
    try:
        with transaction.atomic():
            person = _open_account(registration, registration.password, proved=True)
            tell_of_another_address(person, "")
    except IntegrityError:
        tell_owner(
            User.objects.get(identity_type=registration.identity_type, identity_number=registration.identity_number)
        )


def tell_owner(owner: User) -> None:
    """Somebody wanted to register with his identity: by e-mail where he has proved the address, else by text message,
    else at whatever address was given.

    A text message costs the body something, so one mobile is told once a day.
    """
    if owner.email_is_proved or not owner.receives_codes:
        send_already_registered(owner)
        return
    try:
        take(Limit(Whose.PHONE, f"told:{owner.mobile}", 1, timedelta(days=1)))
    except Spent:
        return
    tell_by_sms(MessageKind.KNOWN_ALREADY, owner.mobile)


def register_present(registration: Registration, *, by: User) -> tuple[User, bool]:
    """The account of a person who stands before `by` with his document, and whether it is new.

    Nobody can sign in to a new one: it has no password. An account that is there stays as it is, so that nobody
    turns another's messages away by telling a new number.
    """
    try:
        with transaction.atomic():
            person = _open_account(registration, make_password(None), by=by)
            tell_of_another_address(person, "")
            return person, True
    except IntegrityError:
        known = {"identity_type": registration.identity_type, "identity_number": registration.identity_number}
        return User.objects.get(**known), False


def _open_account(registration: Registration, password: str, *, by: User | None = None, proved: bool = False) -> User:
    public_id = uuid.uuid4()
    person = User(
        public_id=public_id,
        # People sign in with the identity number; a name that says nothing cannot clash with another's.
        username=f"citizen-{public_id.hex[:16]}",
        password=password,
        identity_type=registration.identity_type,
        identity_number=registration.identity_number,
        full_name=registration.full_name,
        mobile=registration.mobile,
        email=registration.email,
    )
    if proved:
        person.prove_mobile(registration.mobile)
    if by is not None:
        person._history_user = by  # type: ignore[attr-defined]  # read by simple-history
    person.save(force_insert=True)
    return person
