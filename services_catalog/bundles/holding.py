"""A bundle that waits between its plan and the confirmation: kept in private, for a day, for one person."""

from hashlib import sha256
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from services_catalog.bundles.archive import Bundle, BundleRefused, unpack
from services_catalog.bundles.importing import Outcome, import_bundle
from services_catalog.models import HeldBundle


def hold(content: bytes, *, name: str, by: Any) -> HeldBundle:
    """Keep a file that can be read.

    Raises:
        BundleRefused: when it is no bundle.
    """
    bundle = unpack(content)
    held = HeldBundle(created_by=by, file_name=name[:255], digest=bundle.digest)
    held.file.save("", ContentFile(content), save=False)
    held.save()
    return held


def held_by(user: Any, public_id: Any) -> HeldBundle | None:
    """The person's own bundle; others', and those past their life, are not there."""
    held = HeldBundle.objects.filter(public_id=public_id, created_by=user).first()
    is_over = held is not None and held.applied_at is None and held.expires_at <= timezone.now()
    return None if is_over else held


def bundle_of(held: HeldBundle) -> Bundle:
    """The bundle as it was uploaded.

    Raises:
        BundleRefused: when the storage gives something else.
    """
    try:
        with held.file.open("rb") as stored:
            content = stored.read()
    except FileNotFoundError:
        content = b""
    if sha256(content).hexdigest() != held.digest:
        raise BundleRefused(_("The uploaded file is gone. Upload it again."))
    return unpack(content)


def confirm(held: HeldBundle, *, by: Any, live: bool, force: bool, planned: str) -> Outcome | None:
    """Import what was planned, once; None when it was done already.

    Raises:
        BundleRefused: when it cannot be imported; nothing is then.
    """
    bundle = bundle_of(held)
    with transaction.atomic():
        # Of two who press at once, one finds a row to change.
        if not HeldBundle.objects.filter(pk=held.pk, applied_at=None).update(applied_at=timezone.now()):
            return None
        outcome = import_bundle(bundle, user=by, live=live, force=force, planned=planned)
        written = [{"kind": item.kind, "title": item.title, "verdict": item.verdict.value} for item in outcome.written]
        pages = [page.pk for page in outcome.pages]
        HeldBundle.objects.filter(pk=held.pk).update(outcome={"written": written, "pages": pages})
    discard_file(held)
    return outcome


def discard(held: HeldBundle) -> None:
    """Nobody wants it any more."""
    if HeldBundle.objects.filter(pk=held.pk, applied_at=None).delete()[0]:
        discard_file(held)


def forget_expired() -> None:
    """Delete what nobody confirmed. Run by the schedule."""
    for held in HeldBundle.objects.filter(expires_at__lt=timezone.now()):
        discard_file(held)
        held.delete()


def discard_file(held: HeldBundle) -> None:
    held.file.storage.delete(str(held.file.name))
