"""What people are told, by event. No identity numbers and nothing of what a request contains."""

from collections.abc import Mapping

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cms.languages import in_language
from service_requests.records.models import ServiceRequest
from services_catalog.processes.workflow import Kind

SUBMITTED = "submitted"
WRITTEN = "written"
_MOVED = _("%(organisation)s: your request %(number)s is now: %(state)s. Follow it under “My requests”.")

# A text message cannot be answered; each says so where somebody might try.
TEXTS: Mapping[str, str | Promise] = {
    SUBMITTED: _(
        "%(organisation)s: we received your request. Its number is %(number)s. "
        "Follow it under “My requests”. You cannot reply by text message."
    ),
    Kind.TAKE: _("%(organisation)s: we have started working on your request %(number)s."),
    Kind.ASK_CITIZEN: _(
        "%(organisation)s: your request %(number)s needs something from you. Sign in, open “My requests” "
        "and answer there. You cannot reply by text message."
    ),
    Kind.APPROVE: _("%(organisation)s: your request %(number)s was approved. The details are under “My requests”."),
    Kind.REJECT: _("%(organisation)s: a decision was made on your request %(number)s. Read it under “My requests”."),
    WRITTEN: _(
        "%(organisation)s: there is a message about your request %(number)s. Sign in and read it under "
        "“My requests”. You cannot reply by text message."
    ),
    Kind.WITHDRAW: _("%(organisation)s: your request %(number)s was cancelled, as you asked."),
    Kind.MOVE: _MOVED,
    Kind.REFER: _MOVED,
    Kind.ANSWERED: _MOVED,
}


def text_of(event: str, request: ServiceRequest, values: Mapping[str, str]) -> str:
    """The text of an event in the language the citizen applied in.

    Raises:
        KeyError: for an event that has no text.
    """
    template = TEXTS[event]
    with translation.override(request.language):
        organisation = in_language(request.organisation.name, request.language)
        known = {"organisation": organisation, "number": request.number, "state": request.citizens_status}
        return str(template) % {**known, **values}
