"""Write down something about a request, and draw a file at random; the request itself is not changed."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.admin.auth import require_admin_access

from cms.languages import in_language
from service_requests.casework.amounts import WrittenMeanwhile, finding_of, write_finding
from service_requests.casework.checklist import MarkedMeanwhile, checks_of, items_of, mark
from service_requests.casework.inspecting import draw, may_inspect, record
from service_requests.casework.notes import note
from service_requests.desk.detail import RequestDetail
from service_requests.desk.findings import CHECKLIST, FINDING, INSPECTION, MESSAGE, NOTE, TRANSACTION, is_written_in
from service_requests.desk.forms import (
    ChecklistForm,
    FindingForm,
    InspectionForm,
    MessageForm,
    NoteForm,
    PlainForm,
    TransactionForm,
)
from service_requests.records.models import ServiceRequest
from service_requests.workflow.actions import file_under, write_to
from service_requests.workflow.moves import NotPossible
from service_requests.workflow.permissions import PROCESS, permitted


class RequestWriting(RequestDetail):
    """One part of the page was sent; what was typed stays when it is refused."""

    inspect_url_name = ""
    # What was typed for a part that is not his to write any more.
    unsaved: Sequence[str] = ()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Where somebody lands who had to sign in again."""
        return redirect(reverse(self.inspect_url_name, args=[self.object.public_id]))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        part = kwargs["part"]
        form = self._form(part)
        if not form.is_valid():
            return self._again(part, form, status=422)
        try:
            told = self._parts[part](form)
        except MarkedMeanwhile as meanwhile:
            return self._told_meanwhile(part, meanwhile.checks)
        except WrittenMeanwhile as meanwhile:
            return self._told_meanwhile(part, meanwhile.finding)
        except NotPossible as refusal:
            messages.error(request, str(refusal))
            self.unsaved = _words_of(form)
            return self.render_to_response(self.get_context_data(), status=409)
        messages.success(request, told)
        address = reverse(self.inspect_url_name, args=[self.object.public_id])
        return redirect(f"{address}#{part}")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"unsaved": self.unsaved}

    def _again(self, part: str, form: PlainForm, *, status: int) -> HttpResponse:
        form.is_open = True  # type: ignore[attr-defined]  # read by the template
        self.refused = {part: form}  # type: ignore[dict-item]  # forms of the page
        return self.render_to_response(self.get_context_data(), status=status)

    def _told_meanwhile(self, part: str, found: Any) -> HttpResponse:
        """A colleague was first: his words stand on the page beside what was typed, and nothing is saved."""
        form: Any = self._form(part)
        form.is_valid()
        form.tell_of(found)
        return self._again(part, form, status=409)

    def _form(self, part: str) -> PlainForm:
        data = self.request.POST
        match part:
            case "checklist":
                return ChecklistForm(items_of(self.object), checks_of(self.object), data, auto_id="checklist-%s")
            case "finding":
                return FindingForm(finding_of(self.object), data, auto_id="finding-%s")
            case "note":
                return NoteForm(data, auto_id="note-%s")
            case "inspection":
                return InspectionForm(data, auto_id="inspection-%s")
            case "message":
                return self._message_form()
            case "transaction":
                return TransactionForm(data, auto_id="transaction-%s")
        raise Http404

    def _message_form(self) -> MessageForm:
        """Whatever is wrong with the text, a file is uploaded once."""
        uploaded = self.request.FILES.getlist("document")[:1]
        may_write = self.request.user.has_perm(PROCESS)
        refusal = self.offers.keep(MESSAGE, uploaded[0]) if uploaded and may_write else ""
        form = MessageForm(self.request.POST, auto_id="message-%s")
        form.waiting = self.offers.waiting_at(MESSAGE)
        if refusal:
            form.add_error("document", refusal)
        return form

    @property
    def _parts(self) -> Mapping[str, Callable[[Any], str]]:
        return {
            CHECKLIST: self._checklist,
            FINDING: self._finding,
            NOTE: self._note,
            INSPECTION: self._inspection,
            MESSAGE: self._message,
            TRANSACTION: self._transaction,
        }

    def _checklist(self, form: ChecklistForm) -> str:
        self._must_work_here(CHECKLIST)
        mark(self.object, form.marks(), by=self.request.user)
        return _("The checklist was saved.")

    def _finding(self, form: FindingForm) -> str:
        self._must_work_here(FINDING)
        words, seen = form.cleaned_data["text"], form.cleaned_data["was"]
        write_finding(self.object, words, by=self.request.user, seen=seen)
        return _("The findings were saved.")

    def _note(self, form: NoteForm) -> str:
        note(self.object, form.cleaned_data["text"], by=self.request.user)
        return _("The note was added. Only colleagues see it.")

    def _message(self, form: MessageForm) -> str:
        files = [form.waiting] if form.waiting else []
        write_to(self.object, by=self.request.user, text=form.cleaned_data["text"], files=files)
        return _("The message was sent to the citizen.")

    def _transaction(self, form: TransactionForm) -> str:
        file_under(self.object, form.cleaned_data["number"], by=self.request.user)
        return _("The transaction number was saved.")

    def _inspection(self, form: InspectionForm) -> str:
        if not record(self.object, by=self.request.user, **form.cleaned_data):
            raise NotPossible(_("No inspection of this file waits for you any more. What was recorded stands below."))
        return _("The inspection was recorded.")

    def _must_work_here(self, part: str) -> None:
        """Findings belong to those whose work the request is now, in the stage that they are made in."""
        if not permitted(self.object, self.request.user) or not is_written_in(part, self.object.stage):
            raise NotPossible(_where_it_is(self.object))


def _words_of(form: PlainForm) -> list[str]:
    """The notes and texts that somebody typed; what stood there before is no loss."""
    typed = {name: text for name, text in form.cleaned_data.items() if name == "text" or name.startswith("note-")}
    before = {name: form.get_initial_for_field(form.fields[name], name) for name in typed}
    return [text for name, text in typed.items() if text and text != before[name]]


def _where_it_is(case: ServiceRequest) -> str:
    """Why nothing was saved: who moved it, and to where."""
    last = case.history.select_related("history_user").first()
    state = in_language(case.stage.label)
    if last is None or last.history_user is None:
        return _("Nothing was saved. The request is now “%(state)s”.") % {"state": state}
    words = _("Nothing was saved. %(person)s changed the request last. It is now “%(state)s”.")
    return words % {"person": last.history_user.get_full_name(), "state": state}


@require_admin_access
@require_POST
def draw_file(request: HttpRequest) -> HttpResponse:
    """Inspect a random file: draw one, and open it."""
    user: Any = request.user
    if not may_inspect(user):
        raise Http404
    case = draw(by=user)
    if case is None:
        messages.warning(request, _("There is no file to inspect yet."))
        return redirect(reverse("requests:list"))
    messages.success(request, _("This file was drawn at random. Record below what you find."))
    return redirect(reverse("requests:inspect", args=[case.public_id]) + "#inspection")
