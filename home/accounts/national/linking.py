"""From what the state said to the account: found by identity type and number alone, opened where there is none.

A mobile or an e-mail address never finds anybody: they change hands.
"""

import uuid

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.utils import timezone

from cms.history import BY_THE_STATE
from home.accounts.models import NationalConfirmation, User
from home.accounts.national.claims import Confirmed
from home.accounts.outbox import tell_of_another_address, tell_of_another_mobile
from home.accounts.sign_in import may_enter_the_desk

# Chosen by the person himself once he has an account: the state fills them in and follows what it filled in.
_OWN_CHOICE = ("mobile", "email")


def link(confirmed: Confirmed) -> User:
    """The account of this person, with what the state says of him today.

    One that is closed comes back as it was. Two sign-ins at once open one account: the second waits for the row of
    the first, or is refused by the constraint and finds it then.
    """
    try:
        with transaction.atomic():
            return _known(confirmed) or _opened(confirmed)
    except IntegrityError:
        with transaction.atomic():
            person = _known(confirmed)
            if person is None:
                raise
            return person


def _known(confirmed: Confirmed) -> User | None:
    person = (
        User.objects.select_for_update()
        .filter(identity_type=confirmed.identity_type, identity_number=confirmed.identity_number)
        .first()
    )
    if person is None or not person.is_active:
        return person
    before = NationalConfirmation.objects.filter(person=person).first()
    filled = before.attributes if before else {}
    changed = {"full_name": confirmed.full_name}
    if before is None and _may_be_anothers(person, confirmed):
        changed |= {"mobile": confirmed.mobile, "email": confirmed.email, "password": make_password(None)}
        # Nor does an app of his stand in the way of whose account it is.
        Authenticator.objects.filter(user=person).delete()
    else:
        for name in _OWN_CHOICE:
            told, stands = getattr(confirmed, name), getattr(person, name)
            if told and (not stands or stands == filled.get(name)):
                changed[name] = told
    changed = {name: value for name, value in changed.items() if getattr(person, name) != value}
    mobile_before, address_before = person.mobile, person.email
    if changed:
        for name, value in changed.items():
            setattr(person, name, value)
        _save(person, sorted(changed))
        tell_of_another_mobile(person, mobile_before)
        tell_of_another_address(person, address_before)
    _mark(person, confirmed)
    return person


def _may_be_anothers(person: User, confirmed: Confirmed) -> bool:
    """Whether somebody else may have opened this account under this person's number, and hold its password.

    Whoever registers only says who he is. Where the mobile he proved is the one that the state knows, it was he; an
    office opens accounts without a password, and those of staff are an administrator's.
    """
    is_his = person.mobile_is_proved and person.mobile == confirmed.mobile
    return person.has_usable_password() and not is_his and not may_enter_the_desk(person)


def _opened(confirmed: Confirmed) -> User:
    public_id = uuid.uuid4()
    person = User(
        public_id=public_id,
        username=f"citizen-{public_id.hex[:16]}",
        password=make_password(None),
        identity_type=confirmed.identity_type,
        identity_number=confirmed.identity_number,
        full_name=confirmed.full_name,
        mobile=confirmed.mobile,
        email=confirmed.email,
    )
    _save(person)
    tell_of_another_address(person, "")
    _mark(person, confirmed)
    return person


def _save(person: User, fields: list[str] | None = None) -> None:
    person._change_reason = BY_THE_STATE  # type: ignore[attr-defined]  # read by simple-history
    if person.pk:
        person._history_user = person  # type: ignore[attr-defined]  # read by simple-history
    person.save(update_fields=fields)


def _mark(person: User, confirmed: Confirmed) -> None:
    NationalConfirmation.objects.update_or_create(
        person=person,
        defaults={
            "assurance": confirmed.assurance,
            "attributes": confirmed.attributes,
            "confirmed_at": timezone.now(),
        },
    )
