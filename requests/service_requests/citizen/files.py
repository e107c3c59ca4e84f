"""Private files, served to those who may see them and to nobody else."""

from django.http import FileResponse, Http404, HttpRequest

from home.accounts.models import User
from service_requests.records.models import Attachment
from service_requests.records.scope import may_see
from service_requests.wizard.drafts import own_drafts
from service_requests.wizard.models import Draft

# Checked and re-encoded when they were stored, so a browser may show them.
_SHOWN = frozenset({"image/jpeg", "image/png", "image/webp", "application/pdf"})
# The viewer of a browser does not open a PDF inside a sandbox.
_POLICY = {"application/pdf": "default-src 'none'; frame-ancestors 'none'"}
_STRICT = "default-src 'none'; sandbox; frame-ancestors 'none'"


def attachment_for(person: User, public_id: str) -> Attachment:
    """A file this person may open: his own, or one of a request that he may see.

    Raises:
        Http404: for any other file.
    """
    attachment = Attachment.objects.select_related("request").filter(public_id=public_id).first()
    if attachment is None:
        raise Http404
    if attachment.request is None:
        if attachment.owner_id != person.pk or _is_of_a_lost_draft(person, attachment):
            raise Http404
    elif not may_see(person, attachment.request):
        raise Http404
    return attachment


def _is_of_a_lost_draft(person: User, attachment: Attachment) -> bool:
    """Whether it was uploaded for an establishment that he does not act for any more."""
    draft = Draft.objects.filter(uploads__attachment=attachment, registered_by=None).first()
    return draft is not None and not own_drafts(person).filter(pk=draft.pk).exists()


def response_with(attachment: Attachment, request: HttpRequest) -> FileResponse:
    """The file, in a response that a browser can neither guess about nor run."""
    try:
        opened = attachment.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(
        opened,
        as_attachment=attachment.content_type not in _SHOWN or "download" in request.GET,
        filename=attachment.name,
        content_type=attachment.content_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = _POLICY.get(attachment.content_type, _STRICT)
    response["Cache-Control"] = "private, no-store"
    return response
