"""A draft that was begun without an account becomes one of an account, where its person has signed in meanwhile.

Only what nobody has sent yet, and only by whoever could open it anyhow: by its link, or in the browser where it was
begun. What was sent stays a guest's (docs/decisions/0017).
"""

from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone

from home.accounts.guests import IN_THE_SESSION
from home.accounts.models import User
from service_requests.records.models import Attachment
from service_requests.wizard.models import Draft, Stash
from services_catalog.models import ServicePage


class HasOne(Exception):
    """The account has a draft of this service already; neither is given up for the other."""


def claim_for_account(draft: Draft, person: User) -> bool:
    """Make a guest's draft this person's, with its files and what was put aside for it.

    Returns:
        False when it was sent, deleted or claimed meanwhile.

    Raises:
        HasOne: nothing was changed.
    """
    guest = draft.applicant_id
    # No join: a condition on another table would not be looked at again by whoever waited for the row.
    open_one = Draft.objects.filter(pk=draft.pk, applicant=guest, closed_at=None)
    try:
        with transaction.atomic():
            # Of two windows one finds a row to change.
            if not open_one.update(applicant=person, updated_at=timezone.now(), reminded_at=None):
                return False
            left = Stash.objects.filter(person=guest, service=draft.service_id)
            names = [name for files in left.values_list("files", flat=True) for name in files]
            files = Attachment.objects.filter(owner=guest, request=None, message=None)
            for mine in (files.filter(draft_upload__draft=draft.pk), files.filter(public_id__in=names)):
                mine.update(owner=person)
            left.update(person=person)
    except IntegrityError as error:
        raise HasOne from error
    return True


def begun_here(http: HttpRequest, service: ServicePage) -> Draft | None:
    """What was begun for this service without an account, in the browser where somebody is signed in now."""
    guest = http.session.get(IN_THE_SESSION)
    if guest is None or not http.user.is_authenticated:
        return None
    begun = Draft.objects.filter(service=service, closed_at=None, applicant__public_id=guest, applicant__is_guest=True)
    return begun.filter(applicant__service_requests=None).first()
