"""Why an outcome may not be chosen now, beside rights and race: note, file, checklist, amounts and documents to issue.

Single actions, bulk actions and the page that offers them ask here and nowhere else. What is *standing* is
known before anybody presses (`Ground`); what has to be *brought* comes with the choice (`lack`).
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from service_requests.casework.amounts import Line, priced
from service_requests.casework.checklist import open_items
from service_requests.documents import issuing
from service_requests.records.models import Attachment, ServiceRequest
from services_catalog.processes.workflow import Outcome

if TYPE_CHECKING:
    from home.accounts.models import User


class Ground:
    """What stands about these requests, read once for all of them and only where one of the outcomes asks for it."""

    def __init__(
        self, requests: Sequence[ServiceRequest], outcomes: Iterable[Outcome], by: "User | None" = None
    ) -> None:
        asked = list(outcomes)
        self._by = by
        asks_checklist = any(outcome.needs_checklist for outcome in asked)
        asks_amount = any(outcome.needs_amount for outcome in asked)
        self._open = open_items(requests) if asks_checklist else {}
        self._priced = priced([request.pk for request in requests]) if asks_amount else set()

    def obstacle(self, request: ServiceRequest, outcome: Outcome) -> str:
        """What is missing before this outcome may be chosen; empty when nothing is."""
        if outcome.needs_checklist and request.pk in self._open:
            count = self._open[request.pk]
            return ngettext(
                "%(count)d document of the checklist is not in order yet.",
                "%(count)d documents of the checklist are not in order yet.",
                count,
            ) % {"count": count}
        if outcome.needs_amount and request.pk not in self._priced:
            return _("The amount to be paid was not set yet.")
        # What issues is chosen one by one (`alone`), so this is asked of few.
        return issuing.obstacle(request, outcome.issues, by=self._by) if outcome.issues and self._by else ""


def lack(outcome: Outcome, *, note: str, files: Sequence[Attachment], lines: Sequence[Line]) -> str:
    """What has to be brought with this outcome and was not; empty when everything was."""
    if outcome.needs_note and not note:
        return _("Write what is asked for, or why.")
    if outcome.needs_document and not files:
        return _("Attach the document that belongs to it.")
    if outcome.sets_amount and not lines:
        return _("Write at least one line of what is to be paid. Write 0 where nothing is.")
    return ""


def alone(outcome: Outcome) -> str:
    """Why this outcome is chosen for each request by itself; empty when it may be chosen for many."""
    if outcome.is_citizens:
        return _("Only its applicant does this.")
    if outcome.needs_document:
        return _("It needs a document of its own: open the request.")
    if outcome.sets_amount:
        return _("Its amounts have to be set: open the request.")
    if outcome.issues:
        return _("It issues a document of its own: open the request.")
    return ""
