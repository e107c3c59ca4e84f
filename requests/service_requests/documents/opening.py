"""Issued documents as pages list and open them. Whoever calls has looked who asks."""

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from service_requests.documents.codes import shown
from service_requests.documents.models import IssuedDocument
from service_requests.documents.summary import pdf_response
from service_requests.records.models import ServiceRequest

VALID, EXPIRED, REVOKED = "valid", "expired", "revoked"
STATES: dict[str, Promise] = {VALID: _("Valid"), EXPIRED: _("Expired"), REVOKED: _("Revoked")}


@dataclass(frozen=True)
class Listed:
    """One document of a list."""

    paper: IssuedDocument
    state: str

    @property
    def words(self) -> str:
        return str(STATES[self.state])

    @property
    def code(self) -> str:
        return shown(self.paper.code)


def state_of(paper: IssuedDocument) -> str:
    if paper.revoked_at is not None:
        return REVOKED
    return EXPIRED if paper.is_expired else VALID


def papers_of(case: ServiceRequest) -> list[Listed]:
    """What was issued on this request, in its order; one query."""
    papers = IssuedDocument.objects.filter(request=case).select_related("organisation").defer("values")
    return [Listed(paper, state_of(paper)) for paper in papers]


def paper_response(paper: IssuedDocument) -> HttpResponse:
    """The paper as it was issued."""
    try:
        with paper.file.open("rb") as stored:
            content = stored.read()
    except FileNotFoundError:
        raise Http404 from None
    return pdf_response(content, paper.number)
