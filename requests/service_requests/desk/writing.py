"""Write down something about a request, and draw a file at random; the request itself is not changed."""

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.admin.auth import require_admin_access

from service_requests.casework.amounts import write_finding
from service_requests.casework.checklist import checks_of, items_of, mark
from service_requests.casework.inspecting import draw, may_inspect, record
from service_requests.casework.notes import note
from service_requests.desk.detail import RequestDetail
from service_requests.desk.findings import CHECKLIST, FINDING, INSPECTION, NOTE
from service_requests.desk.forms import ChecklistForm, FindingForm, InspectionForm, NoteForm, PlainForm
from service_requests.workflow.permissions import permitted


class RequestWriting(RequestDetail):
    """One part of the page was sent; what was typed stays when it is refused."""

    inspect_url_name = ""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Where somebody lands who had to sign in again."""
        return redirect(reverse(self.inspect_url_name, args=[self.object.public_id]))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        part = kwargs["part"]
        form = self._form(part)
        if not form.is_valid():
            form.is_open = True  # type: ignore[attr-defined]  # read by the template
            self.refused = {part: form}  # type: ignore[dict-item]  # forms of the page
            return self.render_to_response(self.get_context_data(), status=422)
        told = self._parts[part](form)
        messages.success(request, told)
        address = reverse(self.inspect_url_name, args=[self.object.public_id])
        return redirect(f"{address}#{part}")

    def _form(self, part: str) -> PlainForm:
        data = self.request.POST
        match part:
            case "checklist":
                return ChecklistForm(items_of(self.object), checks_of(self.object), data, auto_id="checklist-%s")
            case "finding":
                return FindingForm(data, auto_id="finding-%s")
            case "note":
                return NoteForm(data, auto_id="note-%s")
            case "inspection":
                return InspectionForm(data, auto_id="inspection-%s")
        raise Http404

    @property
    def _parts(self) -> Mapping[str, Callable[[Any], str]]:
        return {CHECKLIST: self._checklist, FINDING: self._finding, NOTE: self._note, INSPECTION: self._inspection}

    def _checklist(self, form: ChecklistForm) -> str:
        self._must_work_here()
        mark(self.object, form.marks(), by=self.request.user)
        return _("The checklist was saved.")

    def _finding(self, form: FindingForm) -> str:
        self._must_work_here()
        write_finding(self.object, form.cleaned_data["text"], by=self.request.user)
        return _("The findings were saved.")

    def _note(self, form: NoteForm) -> str:
        note(self.object, form.cleaned_data["text"], by=self.request.user)
        return _("The note was added. Only colleagues see it.")

    def _inspection(self, form: InspectionForm) -> str:
        if not record(self.object, by=self.request.user, **form.cleaned_data):
            raise PermissionDenied
        return _("The inspection was recorded.")

    def _must_work_here(self) -> None:
        """Findings belong to those whose work the request is now."""
        if not permitted(self.object, self.request.user):
            raise PermissionDenied


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
