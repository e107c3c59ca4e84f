"""“My requests”: one request, its files, the answer to what the office asked, calling it off, and what was received.

Whatever is not one's own is a 404, never a refusal: nobody learns that it exists.
"""

import uuid
from collections.abc import Sequence

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from forms_builder.display import summary
from forms_builder.fees import bill
from forms_builder.fields.base import FileRef
from home.accounts.guests import at_the_keyboard, known_person
from home.accounts.models import User
from service_requests.appointments.showing import appointments_of
from service_requests.casework.asking import brought_to
from service_requests.casework.corrections import asked_back, last_question, open_correction
from service_requests.citizen import reply as replies
from service_requests.citizen import setting_aside
from service_requests.citizen.afterwards import afterwards
from service_requests.citizen.files import attachment_for, response_with
from service_requests.citizen.looks import badge_of
from service_requests.citizen.reading import seen_by
from service_requests.citizen.setting_aside import ask_to_sign_in
from service_requests.citizen.timeline import folded, timeline_of
from service_requests.documents.opening import papers_of
from service_requests.documents.summary import summary_response
from service_requests.notices.texts import SUBMITTED, reached_by
from service_requests.records.models import Message, ServiceRequest
from service_requests.records.scope import own_requests
from service_requests.records.services import service_names
from service_requests.wizard.drafts import discard
from service_requests.wizard.models import Stash
from service_requests.workflow.actions import NotPossible, answer, withdraw
from service_requests.workflow.lights import expectation_of
from services_catalog.models import ServicePage
from services_catalog.organisations.bodies import body_of
from services_catalog.processes.statuses import Status
from services_catalog.processes.workflow import Kind
from services_catalog.words import duration_in_words

REASON = "reason"
LONGEST_REASON = 1000


class CancelForm(forms.Form):
    """Why somebody calls his request off."""

    reason = forms.CharField(
        label=gettext_lazy("Why do you cancel it?"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto", "class": "textarea"}),
        error_messages={
            "required": gettext_lazy("Write why you cancel the request"),
            "max_length": gettext_lazy("Shorten the reason to 1,000 characters"),
        },
    )


@never_cache
@known_person
@require_GET
def detail(http: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One request, with whatever it needs from its applicant on top."""
    request = _own(http, public_id)
    page = replies.Answering(http, _person(http), request)
    page.restore(http.GET.get("restore", ""))
    return _detail(http, request, page)


@never_cache
@require_http_methods(["GET", "POST"])
def reply(http: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Send what the office asked for, or keep it for later. What came with something wrong is kept for the next try."""
    if at_the_keyboard(http) is None:
        kept = replies.put_aside(http, public_id) if http.method == "POST" else None
        return ask_to_sign_in(http, kept, reverse("my_requests:detail", args=[public_id]))
    request, person = _own(http, public_id), _person(http)
    there = reverse("my_requests:detail", args=[public_id])
    if http.method == "GET":
        return redirect(there)
    page = replies.Answering(http, person, request)
    page.take()
    if not page.is_sent:
        if request.status == Status.WAITING_CITIZEN:
            replies.clear_put_aside(request, person)
            page.keep_text()
        if "keep" in http.POST and not page.errors():
            messages.success(http, _("What you wrote and uploaded is kept. Nothing was sent yet."))
            return redirect(there)
        page.show_typed()
        return _detail(http, request, page)
    # Of what does not wait for him any more nothing is judged: he is told where it stands.
    if not page.judge() and request.status == Status.WAITING_CITIZEN:
        return _detail(http, request, page)
    if page.documents and open_correction(request):
        # Both are sent together: the request goes back to the office once.
        messages.info(http, _("The documents are kept. Correct these answers too, then everything is sent together."))
        return redirect("my_requests:correct", public_id)
    try:
        answer(request, by=person, text=page.text(), files=page.all_files())
    except NotPossible as reason:
        messages.warning(http, str(reason))
        now = _own(http, public_id)
        return _detail(http, now, replies.Answering(http, person, now), unsent=page.texts())
    replies.clear_put_aside(request, person)
    messages.success(http, _("We received your answer."))
    return redirect(there)


@never_cache
@require_http_methods(["GET", "POST"])
def cancel(http: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Ask whether he means it, and why; then call the request off, as far as its stage lets him."""
    if at_the_keyboard(http) is None:
        kept = put_reason_aside(http, public_id) if http.method == "POST" else None
        return ask_to_sign_in(http, kept, http.path)
    request, person = _own(http, public_id), _person(http)
    there = redirect("my_requests:detail", public_id)
    if request.stage.of_kind(Kind.WITHDRAW) is None:
        messages.warning(http, _("This request cannot be cancelled any more."))
        return there
    typed = setting_aside.restored(person, _place(request), http.GET.get("restore", ""))
    form = CancelForm(
        http.POST if http.method == "POST" else None,
        initial={REASON: "".join(typed.get(REASON, []))},
        auto_id="cancel-%s",
    )
    if form.is_bound and form.is_valid():
        try:
            withdraw(request, by=person, reason=form.cleaned_data[REASON])
        except NotPossible as reason:
            messages.warning(http, str(reason))
        else:
            setting_aside.forget(person, _place(request))
            messages.success(http, _("The request was cancelled."))
        return there
    errors = [{"target": "cancel-reason", "message": str(error)} for error in form.errors.get(REASON, [])]
    context = {
        "case": request,
        "service": _title(request),
        "form": form,
        "errors": errors,
        "appointments": appointments_of(request, _language()),
        "ticket": replies.ticket_for(request, person),
    }
    return render(http, "pages/requests/cancel.html", context, status=422 if errors else 200)


def put_reason_aside(http: HttpRequest, public_id: uuid.UUID) -> Stash | None:
    """Keep why he cancels when it cannot be taken now; None when the page was shown to somebody else."""
    shown = setting_aside.shown_to(http, public_id)
    if shown is None:
        return None
    person, request = shown
    return setting_aside.put_aside(person, request, _place(request), http.POST, [REASON])


@never_cache
@known_person
@require_GET
def received(http: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The confirmation. Its address can be kept: reloading shows it again and sends nothing."""
    request = _own(http, public_id)
    context = {
        "case": request,
        "body": body_of(request.organisation),
        "service": _title(request),
        "expected": duration_in_words(ServicePage.objects.only("duration", "duration_unit").get(pk=request.service_id)),
        "reached": [
            {"label": way.label, "recipient": recipient}
            for way, recipient in reached_by(SUBMITTED, request)
            if way.is_handed_over
        ],
    }
    return render(http, "pages/requests/received.html", context)


@never_cache
@known_person
@require_GET
def summary_document(http: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The request on paper."""
    return summary_response(_own(http, public_id), _language())


@never_cache
@known_person
@require_GET
def file(http: HttpRequest, public_id: uuid.UUID) -> FileResponse:
    return response_with(attachment_for(_person(http), str(public_id)), http)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def discard_draft(http: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """By a press of the button alone; sign-in in between leads back to the drafts, and deletes none."""
    if http.method == "POST" and discard(_person(http), public_id):
        messages.success(http, _("The draft was deleted."))
    return redirect(f"{reverse('my_requests:list')}?show=drafts")


def file_url(reference: FileRef) -> str:
    """Where a stored file is opened."""
    return reverse("my_requests:file", args=[reference["id"]])


def _detail(
    http: HttpRequest, request: ServiceRequest, page: replies.Answering, *, unsent: Sequence[str] = ()
) -> HttpResponse:
    person = _person(http)
    conversation = list(
        Message.objects.filter(request=request)
        .annotate(is_read=seen_by(person))
        .select_related("correction", "author", "department")
        .prefetch_related("attachments")
    )
    for said in conversation:
        said.request = request
    asked = request.status == Status.WAITING_CITIZEN
    earlier, timeline = folded(timeline_of(request))
    answers = [said for said in conversation if said.kind == Message.Kind.ANSWER]
    question = last_question(conversation)
    context = {
        "case": request,
        "body": body_of(request.organisation),
        "service": _title(request),
        "badge": badge_of(request.status),
        "expectation": expectation_of(request),
        "steps": summary(request.form_version.value, request.answers, _language(), file_url=file_url),
        "bill": bill(request.form_version.value, request.answers, _language()),
        "appointments": appointments_of(request, _language()),
        "earlier": earlier,
        "timeline": timeline,
        "papers": papers_of(request),
        "conversation": conversation,
        "unread": [said for said in conversation if not said.is_read and said.kind != Message.Kind.ANSWER],
        "brought": [one for one in brought_to(request) if one.document.answered_at],
        "correction": asked_back(request, question, _language()),
        "question": question,
        "can_cancel": request.stage.of_kind(Kind.WITHDRAW) is not None,
        "is_cancelled": request.status == Status.CANCELLED,
        # Pressed twice, it was sent all the same.
        "unsent": [text for text in unsent if not any(text in said.text for said in answers)],
        "afterwards": afterwards(request, person),
        **(page.context() if asked else {}),
    }
    return render(http, "pages/requests/detail.html", context)


def _own(http: HttpRequest, public_id: uuid.UUID) -> ServiceRequest:
    related = ("form_version", "department", "organisation", "service", "acting_for")
    mine = own_requests(_person(http)).select_related(*related).defer("search_text")
    return get_object_or_404(mine, public_id=public_id)


def _place(request: ServiceRequest) -> str:
    return f"cancel.{request.public_id}"


def _title(request: ServiceRequest) -> str:
    return service_names({request.service_id})[request.service_id]


def _language() -> str:
    return (get_language() or "ar").split("-")[0]


def _person(http: HttpRequest) -> User:
    person = at_the_keyboard(http)
    assert person is not None  # known_person stands before every view here, or login_required
    return person
