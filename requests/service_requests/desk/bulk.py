"""Changing many requests at once: who is in charge of them, where they stand, what their citizens are told."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cms.languages import content_languages, in_language
from service_requests.casework.messages import Preview, preview_of, templates_of, texts_for
from service_requests.casework.models import LONGEST_NOTE
from service_requests.casework.placeholders import PLACEHOLDERS, unknown_in
from service_requests.desk.bulk_page import Forecast, RequestBulkAction
from service_requests.desk.forms import DepartmentField, PersonField, SeenForm
from service_requests.notices.texts import WRITTEN, text_of
from service_requests.records.models import ServiceRequest
from service_requests.workflow.many import Done, foresee_assignment, foresee_move
from service_requests.workflow.many_messages import foresee_message
from service_requests.workflow.permissions import ASSIGN, PROCESS, holds_right, staff_of
from service_requests.workflow.runs.models import BulkRun
from service_requests.workflow.runs.starting import Order
from services_catalog.organisations.models import Department
from services_catalog.processes.models import workflow_of
from services_catalog.processes.workflow import Kind, Outcome


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
            Forecast(person.get_full_name(), foresee_assignment(self.requests, by=self.request.user, to=person))
            for person in self.people
        ]

    def order(self, cleaned: dict[str, Any]) -> Order:
        return Order(BulkRun.Action.ASSIGN, to_person=cleaned["to"], note=cleaned["reason"])


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

    refers: frozenset[str] = frozenset()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("outcome") in self.refers and not cleaned.get("to") and "to" not in self.errors:
            self.add_error("to", _("Choose the department that they are referred to."))
        return cleaned


class MoveMany(RequestBulkAction):
    display_name: str | Promise = gettext_lazy("Change the state")
    action_type = "move"
    aria_label = gettext_lazy("Change the state of the selected requests")
    action_priority = 20
    form_class = MoveForm

    def get_form(self, form_class: Any = None) -> forms.Form:
        form: forms.Form = super().get_form(form_class)
        offered = dict(self.labelled())
        chosen = self.request.POST.get("outcome", "")
        if chosen in self.known:
            # It could be chosen when the page was shown; what stands against it now is told of each request.
            offered.setdefault(chosen, in_language(self.known[chosen].label))
        form.fields["outcome"].choices = list(offered.items())  # type: ignore[attr-defined]  # a choice
        referrals = frozenset(key for key in offered if self.known[key].kind is Kind.REFER)
        form.refers = referrals  # type: ignore[attr-defined]  # of the form above
        if referrals:
            bodies = {request.organisation_id for request in self.requests}
            form.fields["to"].queryset = Department.objects.filter(organisation__in=bodies)  # type: ignore[attr-defined]
        else:
            del form.fields["to"]
        return form

    def labelled(self) -> list[tuple[str, str]]:
        return [(outcome.key, f"{in_language(outcome.label)} ({done.changed})") for outcome, done in self.choices]

    @cached_property
    def known(self) -> dict[str, Outcome]:
        """Every outcome of the workflows of these requests that this person may choose somewhere, by its key."""
        outcomes = _outcomes_of(self.requests, wherever=True)
        return {outcome.key: outcome for outcome in outcomes if holds_right(self.request.user, outcome)}

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

    def order(self, cleaned: dict[str, Any]) -> Order:
        outcome = self.known[cleaned["outcome"]]
        return Order(
            BulkRun.Action.MOVE,
            outcome_key=outcome.key,
            texts=outcome.label,
            note=cleaned["note"],
            to_department=cleaned.get("to") if outcome.kind is Kind.REFER else None,
        )


def _outcomes_of(requests: Sequence[ServiceRequest], *, wherever: bool = False) -> list[Outcome]:
    """Every outcome that a stage of these requests offers, each once, in the order of their workflows.

    With `wherever` those of all stages of their workflows.
    """
    places = {(request.workflow_version_id, request.stage_key) for request in requests}
    found: dict[str, Outcome] = {}
    for version in sorted({version for version, _stage in places}):
        for stage in workflow_of(version).stages:
            for outcome in stage.outcomes if wherever or (version, stage.key) in places else ():
                found.setdefault(outcome.key, outcome)
    return list(found.values())


class MessageForm(SeenForm):
    """A text for each language in which these citizens applied."""

    def __init__(self, languages: Sequence[tuple[str, str, int]], templates: Sequence[Any], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if templates:
            choices = [("", _("Choose a text")), *((str(one.pk), str(one)) for one in templates)]
            self.fields["template"] = forms.ChoiceField(label=_("Text to begin with"), choices=choices, required=False)
        for code, name, count in languages:
            reached = ngettext(
                "%(count)d request was made in this language.", "%(count)d requests were made in this language.", count
            )
            self.fields[f"text-{code}"] = forms.CharField(
                label=_("Message in %(language)s") % {"language": name},
                help_text=reached % {"count": count},
                widget=forms.Textarea(attrs={"rows": 5, "dir": "auto", "lang": code}),
                max_length=LONGEST_NOTE,
                error_messages={"required": _("Write what the citizens are to read.")},
            )

    def plain_fields(self) -> list[Any]:
        return [field for field in self.visible_fields() if field.name != "template"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in [name for name in cleaned if name.startswith("text-")]:
            unknown = sorted({f"{{{word}}}" for word in unknown_in(cleaned[name])})
            if unknown:
                words = _("There is no placeholder %(words)s. Use those that are listed.")
                self.add_error(name, words % {"words": " ".join(unknown)})
        return cleaned

    def texts(self) -> dict[str, str]:
        """What was written, by language."""
        said = self.data if self.is_bound else self.initial
        return {name.removeprefix("text-"): str(said.get(name, "")) for name in self.fields if name.startswith("text-")}


class MessageMany(RequestBulkAction):
    display_name: str | Promise = gettext_lazy("Write to the citizens")
    action_type = "message"
    aria_label = gettext_lazy("Write to the citizens of the selected requests")
    action_priority = 30
    form_class = MessageForm
    right = PROCESS
    placeholders = PLACEHOLDERS

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if {"fill", "preview"} & request.POST.keys():
            return self._prepared()
        return super().post(request, *args, **kwargs)

    def get_form(self, form_class: Any = None) -> forms.Form:
        return MessageForm(self.languages, self.templates, **self.get_form_kwargs())

    @cached_property
    def languages(self) -> list[tuple[str, str, int]]:
        """(code, name, number of requests), the portal's first language first."""
        counts = Counter(request.language for request in self.requests)
        return [(code, name, counts[code]) for code, name in content_languages() if code in counts]

    @cached_property
    def templates(self) -> list[Any]:
        """Those of the bodies whose requests these are."""
        bodies = {request.organisation_id for request in self.requests}
        return list(templates_of(self.request.user).filter(organisation__in=bodies))

    def forecasts(self) -> list[Forecast]:
        return [Forecast(str(self.display_name), foresee_message(self.requests, by=self.request.user))]

    def order(self, cleaned: dict[str, Any]) -> Order:
        texts = {code: cleaned[f"text-{code}"] for code, _name, _count in self.languages}
        return Order(BulkRun.Action.MESSAGE, texts=texts)

    def _prepared(self) -> HttpResponse:
        """The page again with a text filled in, or as citizens will read it; nothing is sent."""
        posted = self.request.POST
        texts = {code: posted.get(f"text-{code}", "") for code, _name, _count in self.languages}
        template = next((one for one in self.templates if str(one.pk) == posted.get("template", "")), None)
        if "fill" in posted and template:
            # What was typed before is not thrown away for it.
            texts = {
                code: "\n\n".join(filter(None, [text.rstrip(), in_language(template.text, code)]))
                for code, text in texts.items()
            }
        initial = {f"text-{code}": text for code, text in texts.items()}
        initial |= {"template": posted.get("template", ""), "seen": self.seen}
        form = MessageForm(self.languages, self.templates, initial=initial)
        form.previews = self._previews(texts)  # type: ignore[attr-defined]  # read by the template
        return self.render_to_response(self.get_context_data(form=form))

    def _previews(self, texts: dict[str, str]) -> list[tuple[str, Preview]]:
        """(number, what its citizen reads) of the first request in each language that has a text."""
        previews = []
        for code, text in texts.items():
            request = next(request for request in self.requests if request.language == code)
            if text.strip():
                filled = texts_for({code: text.strip()}, [request])[request.pk]
                previews.append((request.number, preview_of(filled, text_of(WRITTEN, request, {}), request)))
        return previews


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


ACTIONS: tuple[type[RequestBulkAction], ...] = (AssignMany, MoveMany, MessageMany)


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
