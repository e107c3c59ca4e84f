"""Keep what is typed into a preview while it is walked through, and forget it soon.

A preview is given to the wizard as a draft that is stored nowhere: whatever looks for drafts, counts
them or sends them never meets it.
"""

import uuid
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from cms.jobs import schedule
from home.accounts.models import User
from service_requests.records.models import Attachment
from service_requests.wizard.models import Draft
from service_requests.wizard.preview.models import Preview
from service_requests.wizard.preview.offers import PreviewOffer
from service_requests.wizard.storage import complete, empty

KEPT_FOR = timedelta(minutes=45)
_FILES = "files"

Data = dict[str, Any]


def opened(editor: User, offer: PreviewOffer, language: str) -> Draft:
    """Where the editor stands: as a draft that was not stored, and is not to be."""
    walked = _walked(editor, offer).filter(digest=offer.version.digest).first()
    return Draft(
        applicant=editor,
        service=offer.service,
        form_version=offer.version,
        language=language,
        data=complete(walked.data) if walked else empty(),
        revision=walked.revision if walked else 0,
    )


def was_changed(editor: User, offer: PreviewOffer) -> bool:
    """Whether the form was changed since the editor began to walk through it."""
    return _walked(editor, offer).exclude(digest=offer.version.digest).exists()


@transaction.atomic
def keep(draft: Draft, change: Callable[[Data, int], None]) -> Draft:
    """Write a change of what was typed, as `drafts.save` does for a draft; it may raise `Late` to give way."""
    digest = draft.form_version.digest
    Preview.objects.get_or_create(editor=draft.applicant, service_id=draft.service_id, defaults={"digest": digest})
    # Two windows take turns here.
    walked = Preview.objects.select_for_update().get(editor=draft.applicant, service_id=draft.service_id)
    data = complete(walked.data) if walked.digest == digest else empty()
    change(data, walked.revision + 1)
    walked.data, walked.digest, walked.revision = data, digest, walked.revision + 1
    walked.save()
    draft.data, draft.revision = walked.data, walked.revision
    return draft


def forget(editor: User, offer: PreviewOffer) -> None:
    _walked(editor, offer).delete()


def _walked(editor: User, offer: PreviewOffer) -> Any:
    return Preview.objects.filter(editor=editor, service_id=offer.service.pk)


# -- files: of each its name, size and kind; what was in it is not kept


def files_of(draft: Draft) -> list[Attachment]:
    """The files of a preview, as attachments that are stored nowhere."""
    return [
        Attachment(
            public_id=uuid.UUID(file["id"]),
            owner=draft.applicant,
            field_key=file["place"],
            name=file["name"],
            content_type=file["type"],
            size=file["size"],
        )
        for file in draft.data.get(_FILES, ())
    ]


def keep_names(draft: Draft, files: Iterable[Attachment]) -> Draft:
    """Make these the files of the preview."""
    names = [{**file.as_answer(), "place": file.field_key} for file in files]

    def change(data: Data, revision: int) -> None:
        data[_FILES] = names

    return keep(draft, change)


@schedule("forget_previews", every=timedelta(minutes=10))
def forget_by_and_by() -> None:
    forget_before(timezone.now() - KEPT_FOR)


def forget_before(moment: datetime) -> int:
    """Delete what was last touched earlier; together with the schedule, within an hour."""
    deleted, _ = Preview.objects.filter(updated_at__lt=moment).delete()
    return deleted
