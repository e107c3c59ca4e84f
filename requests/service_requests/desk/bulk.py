"""Changing many requests at once, on a selection or on all filtered rows, after a page that says what will happen."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin import messages

from cms.languages import in_language
from cms.scoped import ScopedBulkAction
from service_requests.desk.forms import DepartmentField, PersonField, SeenForm
from service_requests.records.models import ServiceRequest
from service_requests.workflow.actions import NotPossible, assign_many, move_many
from service_requests.workflow.many import Done, foresee_assignment, foresee_move
from service_requests.workflow.permissions import ASSIGN, BULK, holds_right, staff_of
from services_catalog.organisations.models import Department
from services_catalog.processes.models import workflow_of
from services_catalog.processes.workflow import Kind, Outcome

# Refusals spelled out on a page; beyond that the number has to do.
TOLD = 20


@dataclass(frozen=True)
class Forecast:
    """What one choice would do to the selection."""

    label: str
    done: Done

    @property
    def refused(self) -> Sequence[Any]:
        return self.done.refused[:TOLD]

    @property
    def untold(self) -> int:
        return max(0, len(self.done.refused) - TOLD)


class RequestBulkAction(ScopedBulkAction):
    """A page that asks, then one call of an action for all."""

    models: ClassVar[list[Any]] = [ServiceRequest]
    key_field = "public_id"
    template_name = "service_requests/desk/bulk.html"
    right: ClassVar[str] = BULK

    @classmethod
    def allows(cls, user: Any) -> bool:
        return bool(user.has_perm(BULK) and user.has_perm(cls.right))

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not self.allows(request.user):
            raise PermissionDenied
        if not self.requests:
            if self.names_rows():
                raise Http404
            messages.warning(request, _("There is nothing to change: choose requests in the list first."))
            return redirect(self._back())
        return super().dispatch(request, *args, **kwargs)

    def check_perm(self, obj: Any) -> bool:
        return self.allows(self.request.user)

    @cached_property
    def requests(self) -> list[ServiceRequest]:
        return list(self.chosen_rows())

    @cached_property
    def seen(self) -> str:
        """A mark of these requests: others may fit the filter by the time somebody confirms."""
        keys = ",".join(sorted(str(request.public_id) for request in self.requests))
        return sha256(keys.encode()).hexdigest()

    def get_initial(self) -> dict[str, Any]:
        return {"seen": self.seen}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            "form": kwargs.get("form") or self.get_form(),
            "title": self.display_name,
            "total": len(self.requests),
            "forecasts": self.forecasts(),
            "next": self._back(),
            "submit_url": self.request.get_full_path(),
            "view": self,
        }

    def forecasts(self) -> list[Forecast]:
        raise NotImplementedError

    def carry_out(self, cleaned: dict[str, Any]) -> Done:
        raise NotImplementedError

    def form_valid(self, form: forms.Form) -> HttpResponse:
        if form.cleaned_data["seen"] not in {"", self.seen}:
            form.add_error(None, _("The list has changed meanwhile. Look at what will happen now, and confirm again."))
            form.data = {**self.request.POST.dict(), "seen": self.seen}
            return self.form_invalid(form)
        try:
            done = self.carry_out(form.cleaned_data)
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        self._tell(done)
        return redirect(self._back())

    def form_invalid(self, form: forms.Form) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form))

    def _tell(self, done: Done) -> None:
        if done.changed:
            told = ngettext("%(count)d request was changed.", "%(count)d requests were changed.", done.changed)
            messages.success(self.request, told % {"count": done.changed})
        if done.refused:
            told = ngettext(
                "%(count)d request stays as it is: %(which)s",
                "%(count)d requests stay as they are: %(which)s",
                len(done.refused),
            )
            which = " · ".join(f"{refusal.number}: {refusal.why}" for refusal in done.refused[:TOLD])
            messages.warning(self.request, told % {"count": len(done.refused), "which": which})

    def _back(self) -> str:
        # Without a next address stock Wagtail names the page itself.
        return reverse("requests:list") if self.next_url == self.request.path else self.next_url


class AssignForm(SeenForm):
    to = PersonField(
        label=gettext_lazy("Who is to be in charge"), queryset=None, empty_label=gettext_lazy("Choose a colleague")
    )
    reason = forms.CharField(
        label=gettext_lazy("Why"), required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=2000
    )


class AssignMany(RequestBulkAction):
    display_name: str | Promise = gettext_lazy("Assign")
    action_type = "assign"
    aria_label = gettext_lazy("Assign the selected requests")
    action_priority = 10
    form_class = AssignForm
    right = ASSIGN

    def get_form(self, form_class: Any = None) -> forms.Form:
        form: forms.Form = super().get_form(form_class)
        form.fields["to"].queryset = self.people  # type: ignore[attr-defined]  # a model choice
        return form

    @cached_property
    def people(self) -> Any:
        return staff_of(list({request.department_id for request in self.requests}))

    def forecasts(self) -> list[Forecast]:
        return [
            Forecast(person.get_full_name(), foresee_assignment(self.requests, to=person)) for person in self.people
        ]

    def carry_out(self, cleaned: dict[str, Any]) -> Done:
        keys = [request.pk for request in self.requests]
        return assign_many(keys, by=self.request.user, to=cleaned["to"], reason=cleaned["reason"])


class MoveForm(SeenForm):
    outcome = forms.ChoiceField(label=gettext_lazy("What to do"), widget=forms.RadioSelect)
    to = DepartmentField(required=False, help_text=gettext_lazy("Where they are referred to; for nothing else."))
    note = forms.CharField(
        label=gettext_lazy("Note"),
        help_text=gettext_lazy(
            "It is kept in the history of each request. A question or a decision is sent to the citizen as well."
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        error_messages={"required": gettext_lazy("Write why. The note is kept in the history of each request.")},
    )


class MoveMany(RequestBulkAction):
    display_name: str | Promise = gettext_lazy("Change the state")
    action_type = "move"
    aria_label = gettext_lazy("Change the state of the selected requests")
    action_priority = 20
    form_class = MoveForm

    def get_form(self, form_class: Any = None) -> forms.Form:
        form: forms.Form = super().get_form(form_class)
        form.fields["outcome"].choices = [  # type: ignore[attr-defined]  # a choice
            (outcome.key, f"{in_language(outcome.label)} ({done.changed})") for outcome, done in self.choices
        ]
        if any(outcome.kind is Kind.REFER for outcome, _done in self.choices):
            bodies = {request.organisation_id for request in self.requests}
            form.fields["to"].queryset = Department.objects.filter(organisation__in=bodies)  # type: ignore[attr-defined]
        else:
            del form.fields["to"]
        return form

    @cached_property
    def choices(self) -> list[tuple[Outcome, Done]]:
        """What this person may choose and at least one of these requests can take."""
        outcomes = _outcomes_of(self.requests)
        foreseen = [
            (outcome, foresee_move(self.requests, outcome.key, by=self.request.user))
            for outcome in outcomes
            if holds_right(self.request.user, outcome)
        ]
        return [(outcome, done) for outcome, done in foreseen if done.changed]

    def forecasts(self) -> list[Forecast]:
        return [Forecast(in_language(outcome.label), done) for outcome, done in self.choices]

    def carry_out(self, cleaned: dict[str, Any]) -> Done:
        keys = [request.pk for request in self.requests]
        key, to = cleaned["outcome"], cleaned.get("to")
        if to is None and any(outcome.key == key and outcome.kind is Kind.REFER for outcome, _done in self.choices):
            raise NotPossible(_("Choose the department that they are referred to."))
        return move_many(keys, key, by=self.request.user, note=cleaned["note"], to=to)


def _outcomes_of(requests: Sequence[ServiceRequest]) -> list[Outcome]:
    """Every outcome that a stage of these requests offers, each once, in the order of their workflows."""
    places = {(request.workflow_version_id, request.stage_key) for request in requests}
    found: dict[str, Outcome] = {}
    for version in sorted({version for version, _stage in places}):
        for stage in workflow_of(version).stages:
            if (version, stage.key) in places:
                found.update({outcome.key: outcome for outcome in stage.outcomes})
    return list(found.values())


class NoBulkDelete(RequestBulkAction):
    """Stands where stock Wagtail would delete requests, or show their titles to whoever asks."""

    display_name: str | Promise = gettext_lazy("Delete")
    action_type = "delete"
    aria_label = gettext_lazy("Requests are never deleted")

    @classmethod
    def allows(cls, user: Any) -> bool:
        return False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        raise Http404


ACTIONS: tuple[type[RequestBulkAction], ...] = (AssignMany, MoveMany)


@dataclass(frozen=True)
class BulkButton:
    label: str | Promise
    aria_label: str | Promise
    url: str


def buttons_for(user: Any) -> list[BulkButton]:
    """The bulk actions this person may start from the list."""
    options = ServiceRequest._meta
    return [
        BulkButton(
            action.display_name,
            action.aria_label,
            reverse("wagtail_bulk_action", args=[options.app_label, options.model_name, action.action_type]),
        )
        for action in ACTIONS
        if action.allows(user)
    ]
