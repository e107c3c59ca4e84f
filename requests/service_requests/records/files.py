"""Private files are checked, stored and deleted here, whoever brings them: citizens and staff."""

import hashlib
from collections.abc import Sequence
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from forms_builder.uploads import check_file
from home.accounts.models import User
from service_requests.records.models import Attachment


def keep_file(
    uploaded: "UploadedFile[Any]", *, place: str, kinds: Sequence[str], max_bytes: int, by: User
) -> Attachment:
    """Check a file and store it; it belongs to its owner and to nothing else yet.

    Raises:
        ValidationError: saying why it is refused and what to send instead.
    """
    attachment, content = looked_at(uploaded, place=place, kinds=kinds, max_bytes=max_bytes, by=by)
    attachment.file.save(attachment.name, ContentFile(content), save=False)
    attachment.save()
    return attachment


def looked_at(
    uploaded: "UploadedFile[Any]", *, place: str, kinds: Sequence[str], max_bytes: int, by: User
) -> tuple[Attachment, bytes]:
    """A file that was checked and is stored nowhere yet, and what would be stored of it; raises as `keep_file`."""
    checked = check_file(uploaded, kinds, max_bytes)
    attachment = Attachment(
        owner=by,
        field_key=place,
        name=checked.name,
        content_type=checked.content_type,
        size=len(checked.content),
        sha256=hashlib.sha256(checked.content).hexdigest(),
    )
    return attachment, checked.content


def delete_file(attachment: Attachment) -> None:
    """Delete a file that was never sent. One that was sent meanwhile, from another tab, stays where it went.

    The row goes first: a file without a row is swept up later, a row without a file would be a lie.
    """
    with transaction.atomic():
        unsent = Attachment.objects.filter(pk=attachment.pk, request=None, message=None)
        # Whoever sends it at the same moment writes to this row: one of the two waits, and sees what the other did.
        waiting = unsent.select_for_update(of=("self",)).first()
        if waiting is None:
            return
        stored = waiting.file
        waiting.delete()
        transaction.on_commit(lambda: stored.storage.delete(str(stored.name)))
