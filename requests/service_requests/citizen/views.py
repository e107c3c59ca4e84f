"""“My requests”: the lists, one request, its files, the reply to a question, and what was received.

Whatever is not one's own is a 404, never a refusal: nobody learns that it exists.
"""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from forms_builder.display import summary
from forms_builder.fees import bill
from forms_builder.fields.base import FileRef
from home.accounts.establishments.delegating import current_establishments
from home.accounts.guests import at_the_keyboard, known_person
from home.accounts.models import User
from service_requests.appointments.showing import appointments_of
from service_requests.casework.corrections import asked_back
from service_requests.citizen import reply as replies
from service_requests.citizen.files import attachment_for, response_with
from service_requests.citizen.looks import badge_of
from service_requests.citizen.rows import counts_of, draft_rows, request_rows
from service_requests.citizen.setting_aside import ask_to_sign_in
from service_requests.citizen.timeline import timeline_of
from service_requests.documents.opening import papers_of
from service_requests.documents.summary import summary_response
from service_requests.notices.channels import channels
from service_requests.records.models import Message, ServiceRequest
from service_requests.records.scope import own_requests
from service_requests.records.services import service_names
from service_requests.wizard.drafts import discard
from service_requests.workflow.actions import NotPossible, answer
from service_requests.workflow.lights import expectation_of
from services_catalog.models import ServicePage
from services_catalog.organisations.bodies import body_of
from services_catalog.processes.statuses import Status
from services_catalog.words import duration_in_words

PER_TAB = 200


@never_cache
@login_required
@require_GET
def request_list(http: HttpRequest) -> HttpResponse:
    person = _person(http)
    tab = http.GET.get("show", "open")
    rows: list[Any]
    # Those he acts for today; what he asks for besides is all of them.
    offices = list(current_establishments(person)) if tab != "drafts" else []
    office = next((one for one in offices if str(one.public_id) == http.GET.get("for")), None)
    if tab == "drafts":
        rows = draft_rows(person)
    else:
        tab = "closed" if tab == "closed" else "open"
        mine = own_requests(person)
        chosen = mine.closed() if tab == "closed" else mine.open()
        if office:
            chosen = chosen.filter(acting_for=office)
        rows = request_rows(chosen.waiting_first()[:PER_TAB])
    context = {"tab": tab, "rows": rows, "counts": counts_of(person), "for_whom": offices, "chosen": office}
    return render(http, "pages/requests/list.html", context)


@never_cache
@known_person
@require_GET
def detail(http: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    request = _own(http, public_id)
    kept = replies.text_put_aside(request, _person(http), http.GET.get("restore", ""))
    return _detail(http, request, replies.ReplyForm(initial={"text": kept}))


@never_cache
@require_http_methods(["GET", "POST"])
def reply(http: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Send what the office asked for. A file that came with a missing text is kept for the next try."""
    if at_the_keyboard(http) is None:
        kept = replies.put_aside(http, public_id) if http.method == "POST" else None
        return ask_to_sign_in(http, kept, reverse("my_requests:detail", args=[public_id]))
    request, person = _own(http, public_id), _person(http)
    there = reverse("my_requests:detail", args=[public_id])
    if http.method == "GET":
        return redirect(there)
    refusal = ""
    if request.status == Status.WAITING_CITIZEN:
        for uploaded in http.FILES.getlist("file")[:1]:
            refusal = replies.keep(request, person, uploaded)
    if "remove-file" in http.POST:
        replies.forget(request, person)
        return _detail(http, request, replies.ReplyForm(initial={"text": http.POST.get("text", "")}))
    form = replies.ReplyForm(http.POST)
    if not form.is_valid() or refusal:
        return _detail(http, request, form, refusal=refusal)
    waiting = replies.waiting_file(request, person)
    text = form.cleaned_data["text"]
    try:
        answer(request, by=person, text=text, files=[waiting] if waiting else [])
    except NotPossible as reason:
        messages.warning(http, str(reason))
        return _detail(http, _own(http, public_id), replies.ReplyForm(), unsent=text)
    replies.clear_put_aside(request, person)
    messages.success(http, _("We received your answer."))
    return redirect(there)


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
            {"label": way.label, "recipient": way.masked(recipient)}
            for way in channels()
            if (recipient := way.recipient_of(request))
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
    http: HttpRequest, request: ServiceRequest, form: replies.ReplyForm, *, refusal: str = "", unsent: str = ""
) -> HttpResponse:
    person = _person(http)
    conversation = list(
        Message.objects.filter(request=request).select_related("correction", "author").prefetch_related("attachments")
    )
    asked = request.status == Status.WAITING_CITIZEN
    question = next((said for said in reversed(conversation) if said.kind == Message.Kind.QUESTION), None)
    context = {
        "case": request,
        "body": body_of(request.organisation),
        "service": _title(request),
        "badge": badge_of(request.status),
        "expectation": expectation_of(request),
        "steps": summary(request.form_version.value, request.answers, _language(), file_url=file_url),
        "bill": bill(request.form_version.value, request.answers, _language()),
        "appointments": appointments_of(request, _language()),
        "timeline": timeline_of(request),
        "papers": papers_of(request),
        "conversation": conversation,
        "asked": asked,
        "correction": asked_back(request, question, _language()),
        "question": question,
        "form": form,
        "ticket": replies.ticket_for(request, person),
        "errors": _errors(form, refusal),
        "refusal": refusal,
        # Pressed twice, it was sent all the same.
        "unsent": "" if any(said.text == unsent for said in conversation) else unsent,
        "waiting_file": replies.waiting_file(request, person) if asked else None,
        "limits": {"kinds": [kind.upper() for kind in replies.KINDS], "most": f"{replies.MAX_BYTES // 1024**2} MB"},
    }
    return render(http, "pages/requests/detail.html", context)


def _errors(form: replies.ReplyForm, refusal: str) -> list[dict[str, str]]:
    """In the order of the page: the file stands above the text."""
    errors = [{"target": "reply-file", "message": refusal}] if refusal else []
    if form.is_bound and form.errors.get("text"):
        errors.append({"target": "reply-text", "message": str(form.errors["text"][0])})
    return errors


def _own(http: HttpRequest, public_id: uuid.UUID) -> ServiceRequest:
    related = ("form_version", "department", "organisation", "acting_for")
    mine = own_requests(_person(http)).select_related(*related).defer("search_text")
    return get_object_or_404(mine, public_id=public_id)


def _title(request: ServiceRequest) -> str:
    return service_names({request.service_id})[request.service_id]


def _language() -> str:
    return (get_language() or "ar").split("-")[0]


def _person(http: HttpRequest) -> User:
    person = at_the_keyboard(http)
    assert person is not None  # known_person stands before every view here, or login_required
    return person
