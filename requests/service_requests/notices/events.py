"""What citizens are told of, in the words that ship, and what may stand in brackets in words of one's own. Pure.

No text may hold anything of a person: telephones are read by others, and gateways keep what they send.
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from services_catalog.processes.workflow import Kind

SUBMITTED = "submitted"
WRITTEN = "written"
REVOKED = "revoked"
_MOVED = _("%(organisation)s: your request %(number)s is now: %(state)s.")

# That a text message cannot be answered, and where to look, each channel says itself (Channel.closing).
TEXTS: Mapping[str, str | Promise] = {
    SUBMITTED: _("%(organisation)s: we received your request. Its number is %(number)s."),
    Kind.TAKE: _("%(organisation)s: we have started working on your request %(number)s."),
    Kind.ASK_CITIZEN: _("%(organisation)s: your request %(number)s needs something from you."),
    Kind.APPROVE: _("%(organisation)s: your request %(number)s was approved."),
    Kind.REJECT: _("%(organisation)s: a decision was made on your request %(number)s."),
    WRITTEN: _("%(organisation)s: there is a message about your request %(number)s."),
    REVOKED: _("%(organisation)s: a document issued on your request %(number)s is no longer valid."),
    Kind.WITHDRAW: _("%(organisation)s: your request %(number)s was cancelled, as you asked."),
    Kind.MOVE: _MOVED,
    Kind.REFER: _MOVED,
    Kind.ANSWERED: _MOVED,
}
TO_STAFF = _("%(organisation)s: a request came in, %(number)s.")
SUBJECT = _("%(organisation)s: request %(number)s")
# Where an appointment was made with the request, it is said at these.
WITH_APPOINTMENT = frozenset({SUBMITTED, Kind.APPROVE})

PLACEHOLDERS: Mapping[str, str | Promise] = {
    "number": _("number of the request"),
    "service": _("name of the service"),
    "state": _("state of the request, in the citizen's words"),
    "organisation": _("name of the organisation"),
    "date": _("today, as the organisation counts"),
    "appointment": _("the appointment as a sentence: day, time and place; nothing where there is none"),
    "account": _("address of “My requests”"),
}

EVENT_LABELS: Mapping[str, str | Promise] = {
    SUBMITTED: _("The request was submitted"),
    Kind.TAKE: _("Work on it begins"),
    Kind.ASK_CITIZEN: _("Something is asked of the citizen"),
    WRITTEN: _("A message was sent to the citizen"),
    Kind.APPROVE: _("It was approved"),
    Kind.REJECT: _("It was rejected"),
    REVOKED: _("A document was revoked"),
    Kind.WITHDRAW: _("The citizen cancelled it"),
    Kind.MOVE: _("It goes on to another stage"),
    Kind.REFER: _("It was referred to another department"),
    Kind.ANSWERED: _("Another party has answered"),
}


def event_choices() -> list[tuple[str, str | Promise]]:
    """Events with their names; asked for when needed, so that a new one needs no migration."""
    return [(str(event), words) for event, words in EVENT_LABELS.items()]


def shipped(event: str, *, to_staff: bool = False) -> str:
    """The text that comes along, in the reader's language, with its placeholders as an editor writes them.

    Raises:
        KeyError: for an event that has no text.
    """
    if to_staff and event == SUBMITTED:
        return _in_brackets(TO_STAFF)
    text = _in_brackets(TEXTS[event])
    return f"{text} {{appointment}}" if event in WITH_APPOINTMENT else text


def shipped_subject() -> str:
    """The subject that comes along, the same way."""
    return _in_brackets(SUBJECT)


def _in_brackets(text: str | Promise) -> str:
    return str(text) % {word: f"{{{word}}}" for word in PLACEHOLDERS}
