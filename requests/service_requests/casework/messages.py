"""Texts that messages to citizens begin with, filled in for a request, and how they arrive."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from cms.languages import in_language
from cms.placeholders import filled
from cms.segments import Segments, segments
from service_requests.casework.checklist import lacking, lacking_of
from service_requests.casework.models import MessageTemplate
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


def texts_for(texts: Mapping[str, str], requests: Sequence[ServiceRequest]) -> dict[int, str]:
    """One text filled in for each of many requests, by their keys: in the language each citizen applied in.

    A fixed number of queries per language. The requests come with their organisation and department.
    """
    filled_in: dict[int, str] = {}
    for language in {request.language for request in requests}:
        with translation.override(language):
            some = [request for request in requests if request.language == language]
            filled_in |= _filled_in(in_language(texts), some)
    return filled_in


def _filled_in(text: str, requests: Sequence[ServiceRequest]) -> dict[int, str]:
    names = service_names({request.service_id for request in requests}) if "{service}" in text else {}
    documents = lacking_of(requests) if "{documents}" in text else {}
    return {
        request.pk: filled(
            text,
            {
                "number": request.number,
                "applicant": request.applicant_name,
                "service": names.get(request.service_id, ""),
                "organisation": in_language(request.organisation.name),
                "department": in_language(request.department.name),
                # Translators: stands between the parts of a list.
                "documents": _(", ").join(documents.get(request.pk, ())),
            },
        )
        for request in requests
    }


def preview_of(text: str, sms: str, request: ServiceRequest) -> Preview:
    return Preview(text=text, language=request.language, sms=sms, size=segments(sms))
