"""Texts that messages to citizens begin with, filled in for a request, and how they arrive."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from cms.languages import in_language
from service_requests.casework.checklist import lacking
from service_requests.casework.models import MessageTemplate
from service_requests.casework.placeholders import Segments, filled, segments
from service_requests.records.models import ServiceRequest
from service_requests.records.services import service_names
from services_catalog.organisations.scope import organisations_of

if TYPE_CHECKING:
    from home.accounts.models import User


@dataclass(frozen=True)
class Preview:
    """A message as the citizen reads it, and the text message that tells him of it."""

    text: str
    language: str
    sms: str
    size: Segments


def templates_of(user: "User") -> "QuerySet[MessageTemplate]":
    """Those of the organisations he works in."""
    return MessageTemplate.objects.filter(organisation__in=organisations_of(user)).select_related("organisation")


def templates_for(request: ServiceRequest) -> list[MessageTemplate]:
    """Those of the organisation whose request it is."""
    return list(MessageTemplate.objects.filter(organisation=request.organisation_id))


def text_for(template: MessageTemplate, request: ServiceRequest) -> str:
    """The template for this request, in the language the citizen applied in."""
    with translation.override(request.language):
        values = {
            "number": request.number,
            "applicant": request.applicant_name,
            "service": service_names([request.service_id]).get(request.service_id, ""),
            "organisation": in_language(request.organisation.name),
            "department": in_language(request.department.name),
            # Translators: stands between the parts of a list.
            "documents": _(", ").join(lacking(request)),
        }
        return filled(in_language(template.text), values)


def preview_of(text: str, sms: str, request: ServiceRequest) -> Preview:
    return Preview(text=text, language=request.language, sms=sms, size=segments(sms))
