"""The page on which an applicant objects to an answer: his reasons, and what supports them.

Files are stored the moment they arrive, whatever else is wrong; what comes from a page that can no longer be
trusted is put aside and shown again to the same person, as with an answer (citizen.reply).
"""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cms.arabic import clean
from home.accounts.guests import at_the_keyboard
from home.accounts.models import User
from service_requests.citizen import setting_aside
from service_requests.citizen.reply import KINDS, MAX_BYTES, ticket_for
from service_requests.records.files import delete_file, keep_file
from service_requests.records.models import Attachment, ServiceRequest
from service_requests.records.scope import own_requests
from service_requests.records.services import service_names
from service_requests.wizard.models import Stash
from service_requests.wizard.posted import cut_off, uuid_of, whole_files
from service_requests.wizard.stashing import refused_in
from service_requests.workflow.actions import NotPossible, object_to
from service_requests.workflow.objections import objection_to, way_of, why_not

REASON, FILES, REMOVE = "reason", "files", "remove-file"
LONGEST = 4000
MOST_FILES = 5


class ObjectionForm(forms.Form):
    """Only the reason: files are looked at before it."""

    reason = forms.CharField(
        max_length=LONGEST,
        error_messages={
            "required": gettext_lazy("Write why you object"),
            "max_length": gettext_lazy("Shorten your reasons to 4,000 characters"),
        },
    )

    def clean_reason(self) -> str:
        return clean(self.cleaned_data[REASON], multiline=True)


@never_cache
@require_http_methods(["GET", "POST"])
def object_to_answer(http: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show the page; a POST stores the files that came, and sends when the reason is there."""
    person = at_the_keyboard(http)
    if person is None:
        kept = put_aside(http, public_id) if http.method == "POST" else None
        return setting_aside.ask_to_sign_in(http, kept, http.path)
    related = ("service", "department__organisation", "organisation", "parent")
    request = get_object_or_404(own_requests(person).select_related(*related), public_id=public_id)
    if http.method == "GET":
        typed = setting_aside.restored(person, _place(request), http.GET.get("restore", ""))
        refused = " ".join(refused_in(typed).get(FILES, []))
        unjudged = ObjectionForm(initial={REASON: "".join(typed.get(REASON, []))})
        return _page(http, request, person, unjudged, refusal=refused)
    refusal = _take_files(http, request, person)
    form = ObjectionForm(http.POST)
    if REMOVE in http.POST:
        unjudged = ObjectionForm(initial={REASON: http.POST.get(REASON, "")})
        return _page(http, request, person, unjudged, refusal=refusal)
    if not form.is_valid() or refusal:
        return _page(http, request, person, form, refusal=refusal)
    reason, files = form.cleaned_data[REASON], _waiting(request, person)
    try:
        objection = object_to(request, by=person, reason=reason, files=files, language=_language())
    except NotPossible as why:
        messages.warning(http, str(why))
        return _page(http, request, person, ObjectionForm(initial={REASON: reason}))
    setting_aside.forget(person, _place(request))
    messages.success(http, _("We received your objection."))
    return redirect("my_requests:received", objection.public_id)


def put_aside(http: HttpRequest, public_id: uuid.UUID) -> Stash | None:
    """Keep an objection that cannot be sent now, files included; None when the page was shown to somebody else."""
    shown = setting_aside.shown_to(http, public_id)
    if shown is None:
        return None
    person, request = shown
    refusal = _take_files(http, request, person)
    refusals = {FILES: [refusal]} if refusal else {}
    return setting_aside.put_aside(person, request, _place(request), http.POST, [REASON], refusals=refusals)


def _page(
    http: HttpRequest, request: ServiceRequest, person: User, form: ObjectionForm, *, refusal: str = ""
) -> HttpResponse:
    errors = [{"target": "objection-reason", "message": str(form.errors[REASON][0])}] if form.errors else []
    errors += [{"target": "objection-files", "message": refusal}] if refusal else []
    way, earlier = way_of(request), objection_to(request)
    context = {
        "case": request,
        "service": service_names([request.service_id]).get(request.service_id, ""),
        "way": way,
        "why_not": "" if way else why_not(request),
        "earlier": earlier,
        "is_open": way is not None and not way.is_over and earlier is None,
        "form": form,
        "refusal": refusal,
        "errors": errors,
        "files": _waiting(request, person),
        "limits": {"kinds": [kind.upper() for kind in KINDS], "most": f"{MAX_BYTES // 1024**2} MB"},
        "ticket": ticket_for(request, person),
    }
    return render(http, "pages/requests/object.html", context, status=422 if errors else 200)


def _take_files(http: HttpRequest, request: ServiceRequest, person: User) -> str:
    """Store what came and forget what was taken away; why a file was refused, or nothing."""
    gone = uuid_of(http.POST.get(REMOVE, ""))
    for file in _waiting(request, person):
        if file.public_id == gone:
            delete_file(file)
    room = MOST_FILES - len(_waiting(request, person))
    refusals: list[str] = []
    broken = cut_off(http)
    if broken:
        refusals.append(_("%(name)s was cut off on its way: the connection broke. Choose it again") % {"name": broken})
    uploads: list[Any] = whole_files(http).getlist(FILES)
    for uploaded in uploads[:room]:
        try:
            keep_file(uploaded, place=_place(request), kinds=KINDS, max_bytes=MAX_BYTES, by=person)
        except ValidationError as refused:
            refusals += refused.messages
    if len(uploads) > room:
        refusals.append(_("Send %(most)s files at most: those beyond were not kept.") % {"most": MOST_FILES})
    return " ".join(refusals)


def _waiting(request: ServiceRequest, person: User) -> list[Attachment]:
    """Files that were uploaded for this objection and not sent yet."""
    return list(Attachment.objects.filter(owner=person, field_key=_place(request), request=None, message=None))


def _place(request: ServiceRequest) -> str:
    return f"object.{request.public_id}"


def _language() -> str:
    return (get_language() or "ar").split("-")[0]
