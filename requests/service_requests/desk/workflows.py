"""The page that moves running requests to the newest version of their workflow: what will happen, then one action."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cms.languages import in_language
from service_requests.casework.models import LONGEST_NOTE
from service_requests.desk.forms import SeenForm
from service_requests.workflow.moves import NotPossible
from service_requests.workflow.versions import Foreseen, foresee, may_move, move_to_newest, open_stages
from services_catalog.processes.models import WorkflowVersion
from services_catalog.processes.views import crumbs, readable


class MoveForm(SeenForm):
    """Why, and where the requests of each stage go that is gone."""

    reason = forms.CharField(
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("It is kept in the history of each request."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=LONGEST_NOTE,
        error_messages={"required": gettext_lazy("Write why. It is kept in the history of each request.")},
    )

    def __init__(self, foreseen: Foreseen, newest: WorkflowVersion, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("Choose a stage")), *((one.key, in_language(one.label)) for one in open_stages(newest))]
        self.gone = [one.stage.key for one in foreseen.standing if one.stays is None]
        for one in foreseen.standing:
            if one.stays is None:
                label = _("Where requests in “%(stage)s” go") % {"stage": in_language(one.stage.label)}
                self.fields[_name(one.stage.key)] = forms.ChoiceField(
                    label=label,
                    choices=choices,
                    error_messages={"required": _("Choose the stage they go to: the newest version has no such one.")},
                )
        self.order_fields([*map(_name, self.gone), "reason"])

    @property
    def goes(self) -> dict[str, str]:
        return {key: self.cleaned_data[_name(key)] for key in self.gone}


def move(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Ask with counts, and on POST move them all."""
    workflow = readable(request, pk)
    user: Any = request.user
    newest = workflow.live_version
    if newest is None or not may_move(user):
        raise Http404
    version = get_object_or_404(WorkflowVersion.objects.exclude(pk=newest.pk), workflow=workflow, number=number)
    foreseen = foresee(version, newest, by=user)
    form = MoveForm(foreseen, newest, request.POST or None, initial={"seen": foreseen.mark})
    if request.method == "POST" and form.is_valid() and _is_as_seen(form, foreseen):
        try:
            moved = move_to_newest(version, newest, by=user, reason=form.cleaned_data["reason"], goes=form.goes)
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        else:
            told = ngettext(
                "%(count)d request goes on by version %(number)d.",
                "%(count)d requests go on by version %(number)d.",
                moved,
            )
            messages.success(request, told % {"count": moved, "number": newest.number})
            return redirect("workflows_versions", workflow.pk)
    context = {
        "workflow": workflow,
        "version": version,
        "newest": newest,
        "foreseen": foreseen,
        "form": form,
        "back": reverse("workflows_versions", args=[workflow.pk]),
        "breadcrumbs_items": crumbs(workflow, _("Move to the newest version")),
        "header_title": str(workflow),
        "header_icon": "tasks",
    }
    return TemplateResponse(
        request, "service_requests/desk/move_version.html", context, status=422 if form.errors else 200
    )


def _is_as_seen(form: MoveForm, foreseen: Foreseen) -> bool:
    if form.cleaned_data["seen"] in {"", foreseen.mark}:
        return True
    form.add_error(None, _("The requests have changed meanwhile. Look at what will happen now, and confirm again."))
    form.data = {**form.data.dict(), "seen": foreseen.mark}  # type: ignore[attr-defined]  # what was posted
    return False


def _name(stage_key: str) -> str:
    return f"goes_{stage_key}"


admin_doors = [path("workflows/<int:pk>/versions/<int:number>/move/", move, name="workflows_move")]
