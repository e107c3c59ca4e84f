"""The window in the admin: the directory of services, the person, the receipt, and where a request stands."""

import uuid
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from wagtail.admin.auth import require_admin_access
from wagtail.admin.menu import MenuItem

from home.accounts.establishments.delegating import current_establishments
from home.accounts.establishments.models import Establishment
from home.accounts.models import User
from service_requests.documents.blank import blank_form, requirements
from service_requests.documents.summary import pdf_response, summary_response
from service_requests.notices.texts import SUBMITTED, reached_by
from service_requests.records.models import ServiceRequest
from service_requests.records.scope import visible_to
from service_requests.records.services import service_names
from service_requests.wizard.posted import uuid_of
from service_requests.wizard.visiting import language_now, person_of, see_other
from service_requests.wizard.window import people
from service_requests.wizard.window.directory import listed, service_for, takes_applications, told
from service_requests.wizard.window.forms import FindForm, InquiryForm, NewPersonForm
from service_requests.wizard.window.inquiry import standing_of
from service_requests.wizard.window.offers import slug_of
from service_requests.wizard.window.rights import may_enter, may_register
from service_requests.wizard.window.sittings import begin, unfinished
from services_catalog.models import ServicePage
from services_catalog.words import duration_in_words

# Who registered a request sees its receipt this long, whatever his post; afterwards it is the desk's alone.
RECEIPT_FOR = timedelta(hours=24)
_LONGEST_SEARCH = 200


def _clerk(http: HttpRequest, *, registers: bool = False) -> User:
    """Whoever works at the window.

    Raises:
        Http404: for everybody else.
    """
    person = person_of(http)
    if not (may_register(person) if registers else may_enter(person)):
        raise Http404
    return person


def _page(title: str, *between: tuple[str, str]) -> dict[str, Any]:
    """The head of a page below the window; `between` are the addresses and names of those above it."""
    ways = [(reverse("window"), _("Service window")), *between, ("", title)]
    return {
        "header_title": title,
        "header_icon": "user",
        "breadcrumbs_items": [{"url": url, "label": label} for url, label in ways],
    }


@never_cache
@require_admin_access
def window(request: HttpRequest) -> HttpResponse:
    """Services to look up, a number to ask for, and what was begun."""
    clerk = _clerk(request)
    if request.method == "POST":
        return _asked(request, clerk)
    return _window(request, clerk, InquiryForm(auto_id="inquiry-%s"))


def _asked(request: HttpRequest, clerk: User) -> HttpResponse:
    form = InquiryForm(request.POST, auto_id="inquiry-%s")
    if not form.is_valid():
        return _window(request, clerk, form, status=422)
    return _window(request, clerk, form, {"standing": standing_of(clerk, form.cleaned_data["number"]), "asked": True})


def _window(
    request: HttpRequest, clerk: User, form: InquiryForm, more: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    words = request.GET.get("q", "")[:_LONGEST_SEARCH]
    begun = list(unfinished(clerk)) if may_register(clerk) else []
    names = service_names({draft.service_id for draft in begun}) if begun else {}
    context = {
        "header_title": _("Service window"),
        "header_icon": "user",
        "breadcrumbs_items": [{"url": "", "label": _("Service window")}],
        "words": words,
        "services": listed(clerk, words, language_now()),
        "inquiry": form,
        "begun": [
            {
                "person": draft.applicant.get_full_name(),
                "service": names.get(draft.service_id, ""),
                "at": timezone.localtime(draft.updated_at),
                "address": reverse("apply:start", args=[slug_of(draft)]),
                "stop": reverse("apply:window_stop", args=[slug_of(draft)]),
            }
            for draft in begun
        ],
        **(more or {}),
    }
    return TemplateResponse(request, "service_requests/window/window.html", context, status=status)


@require_admin_access
@require_GET
def service(request: HttpRequest, pk: int) -> HttpResponse:
    """One service, to answer a question or to begin."""
    clerk = _clerk(request)
    page = service_for(clerk, pk)
    shown = told(page, language_now(), request)
    is_open = takes_applications(page)
    context = {
        **_page(shown.title),
        "page": page,
        "service": shown,
        "may_register": is_open and may_register(clerk),
        "has_form": page.form_version is not None,
        "public_url": page.get_url(request),
    }
    return TemplateResponse(request, "service_requests/window/service.html", context)


@require_admin_access
@require_GET
def blank(request: HttpRequest, pk: int) -> HttpResponse:
    """The form to fill in by hand, with what has to be brought and paid."""
    page = service_for(_clerk(request), pk)
    if page.form_version is None:
        raise Http404
    language = language_now()
    content = blank_form(told(page, language, request), page.form_version.value, language)
    return pdf_response(content, f"{page.slug}-form")


@require_admin_access
@require_GET
def conditions(request: HttpRequest, pk: int) -> HttpResponse:
    """What the service is given on, to take home."""
    page = service_for(_clerk(request), pk)
    language = language_now()
    return pdf_response(requirements(told(page, language, request), language), f"{page.slug}-requirements")


# -- the person


@never_cache
@require_admin_access
def register(request: HttpRequest, pk: int) -> HttpResponse:
    """Find the person by his whole number, or register him; then begin. Nothing of him stands in an address."""
    clerk = _clerk(request, registers=True)
    page = service_for(clerk, pk)
    if not takes_applications(page):
        messages.warning(request, _("This service takes no applications now."))
        return redirect("window_service", pk)
    action = request.POST.get("do", "") if request.method == "POST" else ""
    steps = {"find": _find, "add": _add, "begin": _begin}
    return steps[action](request, clerk, page) if action in steps else _ask(request, page, FindForm())


def _find(request: HttpRequest, clerk: User, page: ServicePage) -> HttpResponse:
    form = FindForm(request.POST)
    if not form.is_valid():
        return _ask(request, page, form, status=422)
    try:
        found = people.find(clerk, **form.wanted)
    except people.TooManyLookups:
        return _too_many(request, page, form)
    if found.person:
        return _confirm(request, clerk, page, found.person)
    if found.several:
        form.add_error("mobile", _("More than one person has this mobile. Find him by his identity number"))
        return _ask(request, page, form, status=422)
    return _ask(request, page, form, new=NewPersonForm(initial=form.wanted, auto_id="new-%s"))


def _add(request: HttpRequest, clerk: User, page: ServicePage) -> HttpResponse:
    form = NewPersonForm(request.POST, auto_id="new-%s")
    if not form.is_valid():
        return _ask(request, page, FindForm(), new=form, status=422)
    try:
        person, is_new = people.register(clerk, form.registration())
    except people.TooManyLookups:
        return _too_many(request, page, FindForm())
    if not person.is_active:
        form.add_error("identity_number", _("The account of this person is closed. Ask an administrator"))
        return _ask(request, page, FindForm(), new=form, status=422)
    if not is_new or page.is_for_establishments:
        return _confirm(request, clerk, page, person, was_known=not is_new)
    return _started(request, clerk, page, person)


def _begin(request: HttpRequest, clerk: User, page: ServicePage) -> HttpResponse:
    person = people.chosen(clerk, request.POST.get("person", ""))
    if person is None:
        messages.warning(request, _("The page was open for too long. Find the person again."))
        return redirect("window_register", page.pk)
    office = _office_of(request, page, person)
    if office is None and (request.POST.get("office") or not page.is_for_persons):
        messages.warning(request, _("Choose in whose name the person applies."))
        return _confirm(request, clerk, page, person, status=422)
    return _started(request, clerk, page, person, office)


def _office_of(request: HttpRequest, page: ServicePage, person: User) -> Establishment | None:
    """The establishment that was chosen, of those he acts for today; None for himself, and for any other."""
    chosen = uuid_of(request.POST.get("office", ""))
    if chosen is None or not page.is_for_establishments:
        return None
    return current_establishments(person).filter(public_id=chosen).first()


def _started(
    request: HttpRequest, clerk: User, page: ServicePage, person: User, office: Establishment | None = None
) -> HttpResponse:
    if person.pk == clerk.pk:
        return _of_oneself(request, page)
    try:
        draft = begin(clerk, person, page, language_now(), office)
    except LookupError:
        messages.warning(request, _("This service takes no applications now."))
        return redirect("window_service", page.pk)
    return see_other(reverse("apply:start", args=[slug_of(draft)]))


def _confirm(
    request: HttpRequest,
    clerk: User,
    page: ServicePage,
    person: User,
    *,
    was_known: bool = False,
    status: int = 200,
) -> HttpResponse:
    """The person's name and a little of his mobile, to be compared with the document: no more is shown."""
    if person.pk == clerk.pk:
        return _of_oneself(request, page)
    found = {
        "name": person.get_full_name(),
        "mobile": person.mobile_masked,
        "mark": people.mark_of(clerk, person),
        "was_known": was_known,
        "offices": list(current_establishments(person)) if page.is_for_establishments else [],
        "may_go_on": page.is_for_persons,
    }
    return _ask(request, page, None, status=status, found=found)


def _of_oneself(request: HttpRequest, page: ServicePage) -> HttpResponse:
    messages.warning(request, _("That is you. Apply on the portal: nobody registers his own request at the window."))
    return redirect("window_service", page.pk)


def _too_many(request: HttpRequest, page: ServicePage, form: FindForm) -> HttpResponse:
    told_why = _("You have tried too many numbers. Wait an hour, then try again.")
    return _ask(request, page, form, refusal=told_why, status=429)


def _ask(
    request: HttpRequest, page: ServicePage, form: FindForm | None, *, status: int = 200, **more: Any
) -> HttpResponse:
    title = service_names([page.pk]).get(page.pk, page.title)
    context = {
        **_page(_("For whom do you register?"), (reverse("window_service", args=[page.pk]), title)),
        "page": page,
        "service_title": title,
        "form": form,
        "is_faulty": status != 200,
        **more,
    }
    return TemplateResponse(request, "service_requests/window/register.html", context, status=status)


# -- what became of it


def _registered(request: HttpRequest, public_id: uuid.UUID) -> ServiceRequest:
    """A request that this clerk registered a while ago.

    Raises:
        Http404: for any other.
    """
    clerk = _clerk(request, registers=True)
    own = ServiceRequest.objects.filter(registered_by=clerk, submitted_at__gt=timezone.now() - RECEIPT_FOR)
    found = (
        own.filter(public_id=public_id)
        .select_related("department", "organisation", "form_version")
        .defer("search_text")
        .first()
    )
    if found is None:
        raise Http404
    return found


@never_cache
@require_admin_access
@require_GET
def received(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The receipt. Its address can be kept: reloading shows it again and sends nothing."""
    case = _registered(request, public_id)
    page = ServicePage.objects.only("duration", "duration_unit").get(pk=case.service_id)
    sees = visible_to(request.user).filter(pk=case.pk).exists()
    context = {
        **_page(_("The request is registered")),
        "case": case,
        "service": service_names([case.service_id]).get(case.service_id, ""),
        "expected": duration_in_words(page),
        "reached": [
            {"label": way.label, "recipient": recipient}
            for way, recipient in reached_by(SUBMITTED, case)
            if way.is_handed_over
        ],
        "desk_url": reverse("requests:inspect", args=[case.public_id]) if sees else "",
    }
    return TemplateResponse(request, "service_requests/window/received.html", context)


@require_admin_access
@require_GET
def summary(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """What was sent, for the person to take home."""
    return summary_response(_registered(request, public_id), language_now())


class WindowMenuItem(MenuItem):
    """Shown to those who answer people, and to those who register for them."""

    def __init__(self) -> None:
        super().__init__(gettext_lazy("Service window"), reverse("window"), name="window", icon_name="user", order=12)

    def is_shown(self, request: Any) -> bool:
        return may_enter(request.user)


def admin_doors() -> list[Any]:
    return [
        path("window/", window, name="window"),
        path("window/services/<int:pk>/", service, name="window_service"),
        path("window/services/<int:pk>/form.pdf", blank, name="window_blank"),
        path("window/services/<int:pk>/requirements.pdf", conditions, name="window_requirements"),
        path("window/services/<int:pk>/register/", register, name="window_register"),
        path("window/received/<uuid:public_id>/", received, name="window_received"),
        path("window/received/<uuid:public_id>/summary.pdf", summary, name="window_summary"),
    ]
