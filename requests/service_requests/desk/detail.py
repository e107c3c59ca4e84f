"""One request as staff read it, with the actions that are permitted now."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views import View
from wagtail.admin import messages
from wagtail.admin.widgets.button import HeaderButton
from wagtail.snippets.views.snippets import InspectView

from cms.history import Entry
from cms.languages import in_language
from cms.phones import national
from forms_builder.display import summary
from forms_builder.fees import bill
from service_requests.appointments.showing import appointments_of
from service_requests.casework.corrections import asked_back, last_question
from service_requests.casework.messages import preview_of, text_for
from service_requests.desk.badges import tone_of
from service_requests.desk.findings import casework_of
from service_requests.desk.forms import AssignOneForm, OutcomeForm, SeenForm, takes_file
from service_requests.desk.linked import linked_to
from service_requests.desk.offers import Offers
from service_requests.documents.issuing import may_revoke
from service_requests.documents.opening import papers_of
from service_requests.documents.summary import summary_response
from service_requests.history.tellings import tell_request, timeline_of
from service_requests.notices.showing import happenings_of
from service_requests.notices.texts import text_of
from service_requests.records.models import ServiceRequest
from service_requests.records.scope import visible_to
from service_requests.records.services import service_names
from service_requests.workflow.actions import NotPossible, assign, choose
from service_requests.workflow.guards import Ground
from service_requests.workflow.lights import clock_of
from service_requests.workflow.moves import check_right, is_said, what_came_first
from service_requests.workflow.permissions import HISTORY, gone_from, may_assign, permitted, staff_of
from services_catalog.processes.workflow import Kind, Outcome

# Moments of the history beside the request; all of them stand in the History view.
RECENT = 8
ASSIGN_ACTION = "assign"


@dataclass(frozen=True)
class Action:
    """A form in the bar of actions; `asks` when it has something to fill in."""

    key: str
    label: str
    form: SeenForm
    url: str
    asks: bool = True
    is_serious: bool = False
    # What is missing before it can be done at all.
    missing: str = ""
    can_preview: bool = False


class CaseObject:
    """Fetch the request by its public id, within the person's scope."""

    request: Any  # of somebody who entered the admin: never anonymous
    kwargs: Mapping[str, Any]

    def get_object(self, *args: Any, **kwargs: Any) -> ServiceRequest:
        cases = visible_to(self.request.user).select_related(
            "department",
            "assignee",
            "organisation",
            "form_version",
            "applicant",
            "acting_for",
            "registered_by",
            "parent",
        )
        case = cases.filter(public_id=self.kwargs["pk"]).first()
        if case is None:
            raise Http404
        return case


class RequestDetail(CaseObject, InspectView):
    """The request in reading order: summary, answers, files, messages, history."""

    any_permission_required = ["view"]
    template_name = "service_requests/desk/detail.html"
    history_url_name = ""
    page_title = gettext_lazy("Request")
    # The form that was sent and refused, by the key of its action.
    refused: Mapping[str, SeenForm] = {}

    def get_fields(self) -> list[str]:
        return []

    @cached_property
    def header_more_buttons(self) -> list[Any]:
        return []

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        paper = reverse("requests:summary", args=[self.object.public_id])
        buttons = [HeaderButton(label=_("Summary (PDF)"), url=paper, icon_name="download")]
        if self.request.user.has_perm(HISTORY):
            url = reverse(self.history_url_name, args=[self.object.public_id])
            buttons.append(HeaderButton(label=_("History"), url=url, icon_name="history"))
        return buttons

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        items = [{"url": reverse(self.index_url_name), "label": _("Requests")}, {"url": "", "label": str(self.object)}]
        return [*self.breadcrumbs_items, *items]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        case: ServiceRequest = self.object
        conversation = list(case.messages.select_related("author", "correction").prefetch_related("attachments"))
        return context | {
            "case": case,
            "header_title": case.number,
            "service": service_names([case.service_id]).get(case.service_id, ""),
            "stage": in_language(case.stage.label),
            "tone": tone_of(case.status),
            "clock": clock_of(case),
            "mobile": national(case.applicant_mobile) if case.applicant_mobile else "",
            "steps": summary(case.form_version.value, case.answers, _language(), file_url=file_url, for_staff=True),
            "bill": bill(case.form_version.value, case.answers, _language()),
            "appointments": appointments_of(case, _language()),
            "conversation": conversation,
            "given_back": asked_back(case, last_question(conversation), _language()),
            "notices": happenings_of(case),
            "entries": self._timeline(),
            "actions": self.actions,
            "currency": case.organisation.currency,
            "linked": linked_to(case, self.request.user),
            "has_lost_its_person": bool(gone_from([case])),
            "papers": papers_of(case),
            "may_revoke": may_revoke(case, self.request.user),
            "is_faulty": any(form.errors for form in self.refused.values()),
            **casework_of(case, self.request.user, _language(), self.refused, works=bool(self.permitted)),
            "whole_history": reverse(self.history_url_name, args=[case.public_id]),
        }

    def _timeline(self) -> list[Entry]:
        if not self.request.user.has_perm(HISTORY):
            return []
        rows = list(timeline_of(self.object)[: RECENT + 1])
        return tell_request(rows[:RECENT], rows[RECENT] if len(rows) > RECENT else None)

    @cached_property
    def permitted(self) -> list[Outcome]:
        return permitted(self.object, self.request.user)

    @cached_property
    def actions(self) -> list[Action]:
        ground = Ground([self.object], self.permitted, self.request.user)
        actions = [self._action(outcome, ground.obstacle(self.object, outcome)) for outcome in self.permitted]
        return [*actions, *self._assignment()]

    @cached_property
    def offers(self) -> Offers:
        return Offers(self.object, self.request.user, _language())

    def _action(self, outcome: Outcome, missing: str) -> Action:
        form = self.refused.get(outcome.key) or OutcomeForm(
            outcome, initial=self._seen, auto_id=f"{outcome.key}-%s", offers=self.offers
        )
        return Action(
            key=outcome.key,
            label=in_language(outcome.label),
            form=form,
            url=self._url_of(outcome.key),
            asks=outcome.needs_note
            or outcome.needs_document
            or outcome.sets_amount
            or is_said(outcome)
            or outcome.kind is Kind.REFER,
            is_serious=outcome.kind is Kind.REJECT,
            missing=missing,
            can_preview=is_said(outcome) and outcome.tells_citizen,
        )

    def _assignment(self) -> list[Action]:
        if not may_assign(self.object, self.request.user):
            return []
        form = self.refused.get(ASSIGN_ACTION) or AssignOneForm(
            self._colleagues(),
            initial={**self._seen, "to": self.object.assignee_id},
            auto_id=f"{ASSIGN_ACTION}-%s",
        )
        return [Action(ASSIGN_ACTION, _("Assign"), form, self._url_of(ASSIGN_ACTION))]

    def _colleagues(self) -> Any:
        there = staff_of([self.object.department_id], service=self.object.service_id)
        return there.exclude(pk=self.object.applicant_id)

    @property
    def _seen(self) -> dict[str, str]:
        return {"seen": state_of(self.object)}

    def _url_of(self, key: str) -> str:
        return reverse("requests:act", args=[self.object.public_id, key])


class RequestAction(RequestDetail):
    """Carry out one action, then show the request again. What was typed stays when it is refused."""

    inspect_url_name = ""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Where somebody lands who had to sign in again, or asks for this address once more."""
        return redirect(reverse(self.inspect_url_name, args=[self.object.public_id]))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = kwargs["action"]
        if {"fill", "preview"} & request.POST.keys():
            return self._prepared(key)
        form = self._bound_form(key)
        if not form.is_valid():
            return self._again(key, form)
        try:
            self._carry_out(key, form.cleaned_data)
        except NotPossible as refusal:
            messages.error(request, str(refusal))
            self.object = self.get_object()
            return self._again(key, form)
        messages.success(request, _("Done: %(action)s.") % {"action": self._label(key)})
        if not visible_to(request.user).filter(pk=self.object.pk).exists():
            # It went to a department where this person does not work.
            return redirect(reverse(self.index_url_name))
        return redirect(reverse(self.inspect_url_name, args=[self.object.public_id]))

    def _bound_form(self, key: str) -> SeenForm:
        data = self.request.POST
        if key == ASSIGN_ACTION:
            return AssignOneForm(self._colleagues(), data, auto_id=f"{key}-%s")
        outcome = self._outcome(key)
        refusal = self._keep_document(outcome)
        form = OutcomeForm(outcome, data, auto_id=f"{key}-%s", offers=self.offers)
        if refusal:
            form.add_error("document", refusal)
        return form

    def _keep_document(self, outcome: Outcome) -> str:
        """Whatever else is wrong, a file is uploaded once; why it was refused, or nothing."""
        uploaded = self.request.FILES.getlist("document")[:1]
        if "without" in self.request.POST:
            self.offers.forget(outcome.key)
        if not uploaded or not takes_file(outcome) or outcome not in self.permitted:
            return ""
        return self.offers.keep(outcome.key, uploaded[0])

    def _prepared(self, key: str) -> HttpResponse:
        """The page again with a text filled in, or as the citizen will read it; nothing is sent."""
        outcome, posted = self._outcome(key), self.request.POST
        check_right(self.request.user, outcome)
        note = posted.get("note", "")
        template = next((one for one in self.offers.templates if str(one.pk) == posted.get("template", "")), None)
        if "fill" in posted and template:
            written = text_for(template, self.object)
            # What was typed before is not thrown away for it.
            note = f"{note.rstrip()}\n\n{written}" if note.strip() else written
        initial = {
            "note": note,
            "template": posted.get("template", ""),
            "returned": posted.getlist("returned"),
            "asked": posted.getlist("asked"),
            "asked_more": posted.get("asked_more", ""),
            "seen": posted.get("seen", ""),
        }
        form = OutcomeForm(outcome, initial=initial, auto_id=f"{key}-%s", offers=self.offers)
        form.is_open = True
        if note.strip() and outcome.tells_citizen:
            form.preview = preview_of(note.strip(), text_of(outcome.kind, self.object, {}), self.object)
        self.refused = {key: form}
        return self.render_to_response(self.get_context_data())

    def _outcome(self, key: str) -> Outcome:
        """The outcome wherever in the workflow it is offered: a colleague may have moved the request meanwhile."""
        for stage in self.object.workflow.stages:
            outcome = stage.outcome(key)
            if outcome and not outcome.is_citizens:
                return outcome
        raise Http404

    def _carry_out(self, key: str, cleaned: Mapping[str, Any]) -> None:
        case, user = self.object, self.request.user
        if key != ASSIGN_ACTION:
            check_right(user, self._outcome(key))
        if cleaned["seen"] and cleaned["seen"] != state_of(case):
            raise NotPossible(what_came_first(case, user))
        if key == ASSIGN_ACTION:
            assign(case, by=user, to=cleaned["to"], reason=cleaned["reason"])
        else:
            waiting = self.offers.waiting_file(self._outcome(key)) if takes_file(self._outcome(key)) else None
            choose(
                case,
                key,
                by=user,
                note=cleaned["note"],
                to=cleaned.get("to"),
                files=[waiting] if waiting else [],
                lines=cleaned.get("lines", ()),
                returned=cleaned.get("returned", ()),
                documents=cleaned.get("documents", ()),
            )

    def _label(self, key: str) -> str:
        return _("Assign") if key == ASSIGN_ACTION else in_language(self._outcome(key).label)

    def _again(self, key: str, form: SeenForm) -> HttpResponse:
        # What is shown now is what the next attempt answers to.
        data = self.request.POST.copy()
        data["seen"] = state_of(self.object)
        form.data, form.is_open = data, True
        self.refused = {key: form}
        return self.render_to_response(self.get_context_data(), status=422 if form.errors else 409)


def state_of(case: ServiceRequest) -> str:
    """A mark that changes with every change of the request."""
    return f"{case.updated_at.timestamp():.6f}"


def file_url(reference: Mapping[str, Any]) -> str:
    return reverse("my_requests:file", args=[reference["id"]])


class RequestSummary(CaseObject, View):
    """The request on paper, with what staff alone see of it."""

    request: HttpRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # Before the method is looked at: what is not there is not there, however it is asked for.
        self.case = self.get_object()
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return summary_response(self.case, _language(), for_staff=True)


def _language() -> str:
    return (get_language() or "ar").split("-")[0]
