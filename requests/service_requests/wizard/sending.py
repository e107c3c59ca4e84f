"""Check the answers, sign, send. Sending is a POST of its own: formtools' `done()` is never reached."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from cms.languages import in_language
from forms_builder import route
from forms_builder.conditions import holds
from forms_builder.display import summary
from forms_builder.fees import bill
from forms_builder.fields.base import Context, field_type
from forms_builder.forms import StepForm
from forms_builder.validation import validate
from home.accounts.establishments.models import Establishment
from home.accounts.guests import at_the_keyboard
from home.accounts.models import User
from service_requests.wizard.appointments import lost_in, told_of_times
from service_requests.wizard.drafts import is_outdated, knows_of_it, must_move, open_draft, own_drafts
from service_requests.wizard.journey import Journey
from service_requests.wizard.models import Draft
from service_requests.wizard.offers import Offer, department_of, offer_for, read_slug, wide_columns
from service_requests.wizard.posted import CHECK, REVIEW
from service_requests.wizard.refusals import back_to_link
from service_requests.wizard.showing import (
    bar_class,
    errors_of,
    file_url,
    slot_id,
    step_links,
)
from service_requests.wizard.submit import Incomplete, MobileNotProved, NotForThisOffice, NotThisForm, submit
from service_requests.wizard.tickets import Ticket
from service_requests.wizard.uploads import attachments_of
from service_requests.wizard.visiting import (
    applying,
    asked_to_confirm,
    clock,
    context_for,
    language_now,
    must_confirm,
    person_of,
    see_other,
    where_to_go_on,
)

# In the address of the review: a declaration that was ticked before something else was found missing.
SIGNED = "signed"


@applying
@require_GET
def review(http: HttpRequest, offer: Offer) -> HttpResponse:
    """Every answer once more, and what has to be declared."""
    draft = open_draft(person_of(http), offer.service, offer.acting_for)
    if draft is None:
        return _gone_back(http, offer) or redirect("apply:start", slug=offer.slug)
    if must_move(draft):
        return redirect("apply:update", slug=offer.slug)
    return review_of(http, offer, draft, Journey(draft.form_version.value, draft.data, attachments_of(draft)))


def review_of(http: HttpRequest, offer: Offer, draft: Draft, journey: Journey) -> HttpResponse:
    """The review of one draft, or the way to the step that comes before it."""
    context = context_for(person_of(http), offer.organisation.country, http, draft)
    journey = journey.known_to_the_state(context)
    if not journey.may_review:
        return redirect(where_to_go_on(journey, offer.slug))
    judged = CHECK in http.GET
    ticked = MultiValueDict[str, str]({key: ["on"] for key in http.GET.getlist(SIGNED)}) if judged else None
    form = declaration(journey, context, ticked)
    return _show_review(http, offer, draft, journey, form, context, judged=judged)


def _gone_back(http: HttpRequest, offer: Offer) -> HttpResponse | None:
    """Whoever goes back to the answers after sending them is shown what became of them, not an empty form."""
    request = (
        own_drafts(person_of(http))
        .filter(service=offer.service, acting_for=offer.acting_for, request__isnull=False)
        .order_by("-closed_at")
        .values_list("request__public_id", flat=True)
        .first()
    )
    if request is None:
        return None
    messages.info(http, _("This application was sent already. Nothing was changed."))
    return redirect("my_requests:received", request)


@never_cache
@require_http_methods(["GET", "POST"])
def submit_draft(http: HttpRequest, slug: str) -> HttpResponseBase:
    """Send the application. Whatever is pressed twice leads to the same request."""
    if http.method == "GET":
        return redirect("apply:review", slug=slug)
    person, ticket = at_the_keyboard(http), Ticket.read(http.POST.get("ticket", ""))
    if person is None and ticket and User.objects.filter(pk=ticket.person, is_guest=True).exists():
        return back_to_link(http, slug)
    if person is None:
        messages.info(http, _("You were signed out and nothing was sent yet. Sign in, check your answers, send them."))
        return redirect_to_login(reverse("apply:review", args=[slug]))
    own_slug, establishment = read_slug(person, slug)
    draft = _sent_draft(person, own_slug, establishment, ticket)
    if draft is None:
        return redirect("apply:start", slug=slug)
    if draft.request:
        return see_other(reverse("my_requests:received", args=[draft.request.public_id]))
    if person.is_guest and not draft.service.is_for_guests:
        # It was for guests when he began: to the page that says what is asked for now.
        return see_other(reverse("apply:start", args=[slug]))
    if must_confirm(http, draft.service):
        return see_other(asked_to_confirm(http, draft.service, reverse("apply:review", args=[slug])))
    return send(http, offer_for(person, draft.service, "", establishment), draft)


def send(http: HttpRequest, offer: Offer, draft: Draft) -> HttpResponse:
    """Make a request of this open draft, or lead back to what has to be put right first."""
    slug, person = offer.slug, person_of(http)
    if _shows_another_form(draft, Ticket.read(http.POST.get("ticket", ""))):
        messages.warning(http, _("The form was changed in another window. Check your answers and send them again."))
        return see_other(reverse("apply:review", args=[slug]))
    context = context_for(person, department_of(draft.service).organisation.country, http, draft)
    journey = Journey(draft.form_version.value, draft.data, []).known_to_the_state(context)
    form = declaration(journey, context, http.POST)
    if form is None or form.is_valid():
        try:
            request = submit(draft, by=person, context=context, signed=form.answers() if form else {})
        except NotForThisOffice:
            return _not_in_this_name(http, offer, draft)
        except MobileNotProved:
            return see_other(reverse("apply:mobile", args=[slug]))
        except NotThisForm:
            messages.warning(http, _("Nothing was sent yet: the form was changed."))
            return see_other(reverse("apply:update", args=[slug]))
        except Draft.DoesNotExist:
            messages.warning(
                http, _("Nothing was sent: in another window the draft was deleted or kept in an account.")
            )
            return see_other(offer.drafts_url)
        except Incomplete:
            return _lost_time(draft, slug) or refused(slug, form)
        return see_other(offer.received_url(request.public_id))
    return refused(slug, form)


def _not_in_this_name(http: HttpRequest, offer: Offer, draft: Draft) -> HttpResponse:
    """To where it is said in whose name one applies; what was filled in stays where it is."""
    if draft.is_of_the_window:
        messages.warning(http, _("Nothing was sent: this person may not apply in this name any more. Ask again."))
        return see_other(offer.drafts_url)
    if draft.acting_for_id:
        messages.warning(http, _("Nothing was sent: you do not act for this establishment any more."))
    else:
        messages.warning(http, _("Nothing was sent: only establishments apply for this service now."))
    return see_other(reverse("apply:start", args=[draft.service.slug]))


def _lost_time(draft: Draft, slug: str) -> HttpResponse | None:
    """To the question whose time somebody else has taken; everything else is kept, and he comes back here."""
    journey = Journey(draft.form_version.value, draft.data, attachments_of(draft))
    lost = lost_in(draft, journey.spec, journey.answers)
    step = next((step for step in journey.steps if any(field.key in lost for field in step.fields)), None)
    if step is None:
        return None
    # Not to the place of the question: what is wrong stands first on the page, and is read out first.
    return see_other(f"{reverse('apply:step', args=[slug, step.key])}?return={REVIEW}")


def _address_of(slug: str, step: str, key: str) -> str:
    """A question of a step, with the way back to the review."""
    return f"{reverse('apply:step', args=[slug, step])}?return={REVIEW}#{slot_id(key)}"


def _sent_draft(person: User, slug: str, establishment: Establishment | None, ticket: Ticket | None) -> Draft | None:
    """The draft the page belongs to, open or sent already; without a page of ours, the open one."""
    drafts = (
        own_drafts(person)
        .filter(service__slug=slug, acting_for=establishment)
        .select_related("form_version", "acting_for", "service__department__organisation", "request")
        .defer(*wide_columns("service__"), "form_version__spec", "request__answers", "request__search_text")
    )
    if ticket and ticket.draft and ticket.person == person.pk:
        return drafts.filter(pk=ticket.draft).first()
    return drafts.filter(closed_at=None).first()


def _shows_another_form(draft: Draft, ticket: Ticket | None) -> bool:
    """Whether what he saw when he pressed was of another version than the draft is of now."""
    return ticket is not None and ticket.draft == draft.pk and ticket.version != draft.form_version_id


def declaration(journey: Journey, context: Context, post: "MultiValueDict[str, str] | None") -> StepForm | None:
    """What has to be signed below the answers; None when the form asks for nothing there."""
    step = journey.plan.signed
    if step is None or not holds(step.show_if, journey.answers):
        return None
    return StepForm(step, answers=journey.stored, context=journey.told_to(context), data=post, file_url=file_url)


def refused(slug: str, form: StepForm | None) -> HttpResponse:
    """Back to the answers, with what is missing; what was signed comes along in the address.

    They are a page of their own: a browser that comes Back to the answer of a POST shows something else.
    """
    query = [(CHECK, "1"), *((SIGNED, key) for key in (form.answers() if form else ()))]
    return see_other(f"{reverse('apply:review', args=[slug])}?{urlencode(query)}")


def _show_review(
    http: HttpRequest,
    offer: Offer,
    draft: Draft,
    journey: Journey,
    form: StepForm | None,
    known: Context,
    *,
    judged: bool = False,
) -> HttpResponse:
    language, slug = language_now(), offer.slug
    faults = _faults(journey, known) if judged else {}
    opens = file_url if offer.keeps_files else None
    groups = [
        {"group": group, "address": reverse("apply:step", args=[slug, group.key])}
        for group in summary(journey.plan.asked, journey.stored, language, file_url=opens)
    ]
    gaps = _gaps(journey, slug, faults, told_of_times(draft, journey.spec, journey.answers))
    errors = [{"target": f"answer-{gap['key']}", "message": gap["message"]} for gap in gaps] if judged else []
    if form and judged:
        errors += errors_of(form, [])
    last = journey.steps[-1] if journey.steps else None
    title = _("Check your answers, then send them")
    context = {
        "offer": offer,
        "body": offer.body,
        "title": title,
        "groups": groups,
        "gaps": gaps,
        "wrong": {gap["key"] for gap in gaps},
        "bill": bill(draft.form_version.value, journey.stored, language),
        "form": form,
        "errors": errors,
        "ticket": Ticket(
            person=draft.filled_in_by, service=draft.service_id, version=draft.form_version_id, draft=draft.pk
        ).signed(),
        "back": reverse("apply:step", args=[slug, last.key]) if last else "",
        "place": journey.total,
        "total": journey.total,
        "done_class": bar_class(journey.total, journey.total),
        "step_list": step_links(journey, slug, REVIEW, _("Check and send")),
        "saved_at": "" if errors else clock(draft),
        "republished": is_outdated(draft),
        "knows_of_it": knows_of_it(draft),
        "must_prove": offer.is_of_a_guest and not person_of(http).mobile_is_proved,
    }
    return render(http, "pages/apply/review.html", context)


def _faults(journey: Journey, context: Context) -> dict[str, str]:
    """What is wrong with answers that were right when they were given: an entry that was used meanwhile."""
    found = {fault.field: fault.message for fault in validate(journey.spec, journey.stored, context).faults}
    return found | {field.key: _("Pass this check before you send") for field in journey.unpassed(context)}


def _gaps(journey: Journey, slug: str, faults: Mapping[str, str], times: Mapping[str, str]) -> list[dict[str, str]]:
    """Questions that still need an answer, or a right one, each with the way to it; `times`: see `told_of_times`."""
    gaps = []
    for step in journey.steps:
        wrong = journey.wrong_in(step)
        missing = {field.key for field in route.missing(step, journey.answers)}
        for field in route.shown_fields(step, journey.answers):
            label = in_language(field.label) or str(field_type(field.type).label)
            if field.key in missing:
                told = _("%(question)s: answer this before you send") % {"question": label}
            elif field.key in wrong:
                told = _("%(question)s: correct this before you send") % {"question": label}
            elif field.key in times:
                told = times[field.key]
            elif field.key in faults:
                told = f"{label}: {faults[field.key]}"
            else:
                continue
            gaps.append(
                {
                    "key": field.key,
                    "label": label,
                    "message": told,
                    "address": _address_of(slug, step.key, field.key),
                }
            )
    return gaps
