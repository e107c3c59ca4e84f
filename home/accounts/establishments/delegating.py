"""Who may act for which establishment today, and how somebody comes to it: invited by its owner, or made by staff.

Days are looked at whenever it is asked: what is over, not begun or ended gives nothing.
"""

import uuid
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from cms.once import forget, once_per_request
from home.accounts.establishments.models import Delegation, Establishment, Invitation, today
from home.accounts.models import User

OWNER = Delegation.Role.OWNER


@dataclass(frozen=True)
class Invited:
    """Whom an owner wants to act for his establishment, checked and normalised."""

    identity_type: str
    identity_number: str
    mobile: str
    last_day: date | None = None


class NotToBeAccepted(Exception):
    """The invitation was answered, withdrawn or has run out, or its owner may not invite any more."""


def establishments_of(person: User) -> frozenset[int]:
    """Keys of the establishments he may act for today; read once in a request."""
    return once_per_request(("establishments", person.pk), lambda: frozenset(acted_for_by(person)))


def acted_for_by(person: User) -> "QuerySet[Delegation, int]":
    """The same as a part of another query."""
    return Delegation.objects.current().filter(person=person).values_list("establishment", flat=True)


def current_establishments(person: User) -> "QuerySet[Establishment]":
    """The establishments he may act for today, as he chooses among them."""
    return Establishment.objects.filter(pk__in=sorted(establishments_of(person)))


def may_act_for(person: User, establishment: int) -> bool:
    """Whether he may act for it now.

    Within a transaction the delegation stays as it is until the end: who ends it meanwhile waits, or was first.
    """
    there = Delegation.objects.current().filter(person=person, establishment=establishment)
    return bool(list(there.select_for_update(of=("self",), no_key=True).values_list("pk")))


def owned_by(person: User) -> "QuerySet[Establishment]":
    """The establishments he may invite people for and end delegations of."""
    owned = Delegation.objects.current().filter(person=person, role=OWNER)
    return Establishment.objects.filter(pk__in=owned.values("establishment"))


def delegate(person: User, establishment: Establishment, *, by: User, last_day: date | None = None) -> Delegation:
    """Let this person act for it from today. What he had before and is over gives way to it."""
    with transaction.atomic():
        before = Delegation.objects.select_for_update().filter(
            person=person, establishment=establishment, ended_at=None
        )
        for old in before:
            if old.is_current:
                return old
            _end(old)
        made = Delegation(person=person, establishment=establishment, last_day=last_day, made_by=by)
        made.save()
    forget()
    return made


def end(delegation: Delegation) -> None:
    """End it at once. Ended twice, it was ended the first time."""
    with transaction.atomic():
        for still in Delegation.objects.select_for_update().filter(pk=delegation.pk, ended_at=None):
            _end(still)
    forget()


def _end(delegation: Delegation) -> None:
    delegation.ended_at = timezone.now()
    delegation.save(update_fields=["ended_at"])


def invite(establishment: Establishment, invited: Invited, *, by: User) -> None:
    """Keep an invitation for whoever has this identity and this mobile, now or later.

    It returns nothing and takes the same way whoever that is: an owner cannot ask by it whether somebody is known.
    A newer one for the same identity takes the place of the one before.
    """
    same = Invitation.objects.filter(
        establishment=establishment,
        identity_type=invited.identity_type,
        identity_number=invited.identity_number,
        answered_at=None,
    )
    try:
        with transaction.atomic():
            same.delete()
            Invitation.objects.create(
                establishment=establishment,
                identity_type=invited.identity_type,
                identity_number=invited.identity_number,
                mobile=invited.mobile,
                last_day=invited.last_day,
                made_by=by,
            )
    except IntegrityError:
        # Pressed twice: the other press has kept it.
        return


def invitations_for(person: User) -> "QuerySet[Invitation]":
    """Those that wait for his answer."""
    return Invitation.objects.open().meant_for(person).select_related("establishment", "made_by")


def accept(person: User, public_id: uuid.UUID) -> Delegation:
    """Act for the establishment of this invitation from now on.

    Raises:
        NotToBeAccepted: when there is no such invitation for him, or none any more.
    """
    with transaction.atomic():
        invitation = invitations_for(person).select_for_update(of=("self",)).filter(public_id=public_id).first()
        if invitation is None:
            raise NotToBeAccepted
        _answered(invitation)
        is_over = invitation.last_day is not None and invitation.last_day < today()
        if is_over or not owned_by(invitation.made_by).filter(pk=invitation.establishment_id).exists():
            # Answered all the same, so it stands on no page any more.
            made = None
        else:
            made = delegate(person, invitation.establishment, by=invitation.made_by, last_day=invitation.last_day)
    if made is None:
        raise NotToBeAccepted
    return made


def decline(person: User, public_id: uuid.UUID) -> None:
    """Not act for it; the owner only sees that the invitation is no longer open."""
    for invitation in invitations_for(person).filter(public_id=public_id):
        _answered(invitation)


def withdraw(owner: User, public_id: uuid.UUID) -> None:
    """Take back an invitation of an establishment of his."""
    Invitation.objects.filter(establishment__in=owned_by(owner), public_id=public_id, answered_at=None).delete()


def _answered(invitation: Invitation) -> None:
    Invitation.objects.filter(pk=invitation.pk, answered_at=None).update(answered_at=timezone.now())
