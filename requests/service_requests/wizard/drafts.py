"""Drafts: found, begun, saved and cleared away. The wizard and "my requests" use it."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet, Subquery
from django.utils import timezone

from forms_builder.models import Form, FormVersion
from home.accounts.establishments.delegating import acted_for_by
from home.accounts.establishments.models import Establishment
from home.accounts.models import User
from service_requests.appointments import booking
from service_requests.wizard.models import Draft
from service_requests.wizard.storage import complete, empty
from services_catalog.models import ServicePage

KEPT_FOR = timedelta(days=28)
# For whoever went to fetch a paper. Longer than that nobody keeps what another one told him.
KEPT_AT_THE_WINDOW = timedelta(days=7)
# In each round one of those who save at once gets through, so this many may press together.
_ATTEMPTS = 20

Data = dict[str, Any]


class Closed(Exception):
    """The draft has become a request meanwhile, or another person's (wizard.claiming)."""


class Late(Exception):
    """Another tab saved the same step after this one was shown; nothing was written."""


class OtherForm(Exception):
    """The draft is of another version of the form than the page was; nothing was written."""


def own_drafts(person: User) -> "QuerySet[Draft]":
    """What a person fills in, or filled in, himself; never what a clerk fills in for him.

    What he began for an establishment is his as long as he acts for it.
    """
    for_whom = Q(acting_for=None) | Q(acting_for__in=acted_for_by(person))
    return Draft.objects.filter(for_whom, applicant=person, registered_by=None)


def open_draft(person: User, service: ServicePage, acting_for: Establishment | None = None) -> Draft | None:
    """What the person has begun for this service, himself or for an establishment.

    `live_id` is the key of the form's live version.
    """
    begun = own_drafts(person).filter(service=service, acting_for=acting_for, closed_at=None)
    draft = with_version(begun, service.translation_key).first()
    if draft and acting_for:
        draft.acting_for = acting_for
    return draft


def with_version(drafts: "QuerySet[Draft]", translation_key: uuid.UUID) -> "QuerySet[Draft]":
    """With their form version, and the key of the live version of that form as `live_id`."""
    live = Form.objects.filter(translation_key=translation_key).values("live_version")
    return (
        drafts.select_related("form_version")
        # A version is parsed once per process (FormVersion.value), not read again with every draft.
        .defer("form_version__spec")
        .annotate(live_id=Subquery(live[:1]))
    )


def is_outdated(draft: Draft | None) -> bool:
    """Whether the form was published again since the draft was begun."""
    live = getattr(draft, "live_id", None)
    return bool(draft and live and live != draft.form_version_id)


def knows_of_it(draft: Draft | None) -> bool:
    """Whether he was told of the newer version and goes on without it."""
    stays = draft.data.get("extra_data", {}).get("stays") if draft else None
    return bool(stays) and stays == getattr(draft, "live_id", None)


def must_move(draft: Draft) -> bool:
    """Whether nothing can be submitted with the version it was begun with any more."""
    return draft.form_version.retired_at is not None


def new_draft(
    person: User, service: ServicePage, version: FormVersion, language: str, acting_for: Establishment | None = None
) -> Draft:
    """A draft that is not stored yet; the first save stores it."""
    return Draft(
        applicant=person,
        acting_for=acting_for,
        service=service,
        form_version=version,
        language=language,
        data=empty(),
    )


def save(draft: Draft, change: Callable[[Data, int], None], *, language: str) -> Draft:
    """Write a change of the draft's data by a conditional UPDATE, and return the draft as it is now.

    `change` gets the data as last saved and the revision it is about to become. When somebody else
    saved in between, it is applied again to what he left; it may raise `Late` to give way.

    Raises:
        Closed: when the draft was submitted meanwhile, or its guest has taken it into an account.
        OtherForm: when it was moved to another version of the form meanwhile.
        Late: as raised by `change`.
    """
    version, applicant = draft.form_version_id, draft.applicant_id
    for _attempt in range(_ATTEMPTS):
        data, revision = complete(draft.data), draft.revision + 1
        change(data, revision)
        if _write(draft, data, revision, language):
            return draft
        draft = _as_it_is_now(draft)
        if draft.closed_at or draft.applicant_id != applicant:
            raise Closed
        if draft.form_version_id != version:
            raise OtherForm
    raise Late


def _write(draft: Draft, data: Data, revision: int, language: str) -> bool:
    now = timezone.now()
    if draft._state.adding:
        draft.data, draft.revision, draft.language = data, revision, language
        return _insert(draft)
    still_his = Draft.objects.filter(pk=draft.pk, applicant=draft.applicant_id, closed_at=None)
    saved = still_his.filter(revision=draft.revision).update(
        data=data, revision=revision, language=language, updated_at=now
    )
    if saved:
        draft.data, draft.revision, draft.language, draft.updated_at = data, revision, language, now
    return bool(saved)


def _insert(draft: Draft) -> bool:
    """Of two first steps sent at once one makes the draft: the unique constraint settles it."""
    try:
        with transaction.atomic():
            draft.save(force_insert=True)
    except IntegrityError:
        return False
    return True


def _as_it_is_now(draft: Draft) -> Draft:
    drafts = Draft.objects.select_related("form_version")
    if draft._state.adding:
        same = {"applicant": draft.applicant, "acting_for": draft.acting_for, "service": draft.service}
        return drafts.get(**same, registered_by=None, closed_at=None)
    return drafts.get(pk=draft.pk)


def discard(person: User, public_id: uuid.UUID) -> bool:
    """Delete a draft of this person, and give back the appointment it holds; its files go with the next purge."""
    with transaction.atomic():
        deleted, _ = own_drafts(person).filter(public_id=public_id, closed_at=None).delete()
        if deleted:
            booking.release(str(public_id))
    return bool(deleted)
