"""The page where a person looks at what a newer version of the form changes, and agrees to move or goes on.

Nothing is moved by itself: a version that is still accepted goes on as it was begun; with one that is
retired the steps lead here, and everything stays as it is until the person agrees.
"""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cms.languages import in_language
from forms_builder.comparison import compare, for_applicants
from forms_builder.display import StepSummary, summary
from forms_builder.fields import field_type
from forms_builder.models import FormVersion
from forms_builder.moving import Placed
from service_requests.wizard.drafts import Closed, Data, Late, OtherForm, is_outdated, must_move, open_draft, save
from service_requests.wizard.journey import Journey
from service_requests.wizard.models import Draft
from service_requests.wizard.moving import LostText, Move, make, planned
from service_requests.wizard.offers import Offer
from service_requests.wizard.posted import REVIEW, Posted
from service_requests.wizard.showing import file_url
from service_requests.wizard.tickets import Ticket
from service_requests.wizard.uploads import attachments_of
from service_requests.wizard.visiting import applying, context_for, language_now, person_of, see_other, where_to_go_on

MOVE, STAY = "move", "stay"


@dataclass(frozen=True)
class Line:
    """An answer or a question in words: where it stood, what it was called, and what became of it."""

    place: str
    label: str
    html: SafeString | str = ""
    why: str = ""
    # Entries and files keep their parts apart themselves.
    in_parts: bool = False


@applying
@require_http_methods(["GET", "POST"])
def update(http: HttpRequest, offer: Offer) -> HttpResponse:
    """What the newer version changes; a POST moves the draft, or goes on without."""
    draft = open_draft(person_of(http), offer.service, offer.acting_for)
    if draft is None or not (is_outdated(draft) or must_move(draft)):
        # Also who pressed twice: the first press has moved the draft.
        return see_other(reverse("apply:start", args=[offer.slug]))
    return update_of(http, offer, draft)


def update_of(http: HttpRequest, offer: Offer, draft: Draft) -> HttpResponse:
    """The page, or the choice made on it, of a draft whose form has a newer version."""
    return _taken(http, offer, draft) if http.method == "POST" else _shown(http, offer, draft)


def _taken(http: HttpRequest, offer: Offer, draft: Draft) -> HttpResponse:
    action = http.POST.get("do", "")
    if action == STAY and not must_move(draft):
        return _stay(offer, draft)
    if action == MOVE and offer.live is not None and _is_what_was_shown(http, draft, offer.live):
        plan = _plan(http, offer, draft, offer.live)
        if make(draft, offer.live, plan):
            messages.success(http, _("Your application goes on with the form as it is now. Nothing was sent yet."))
            return see_other(_first_new(offer, draft, offer.live, plan))
    messages.warning(http, _("Something was changed meanwhile, so nothing was moved. Look at this page again."))
    return see_other(reverse("apply:update", args=[offer.slug]))


def _stay(offer: Offer, draft: Draft) -> HttpResponse:
    """Go on with the form as it was, and do not be asked again until there is a still newer one."""
    live = offer.live.pk if offer.live else 0

    def told(data: Data, revision: int) -> None:
        data["extra_data"]["stays"] = live

    # Where another window was faster, it is found out anew where one stands.
    with suppress(Closed, OtherForm, Late):
        save(draft, told, language=language_now())
    return see_other(reverse("apply:start", args=[offer.slug]))


def _is_what_was_shown(http: HttpRequest, draft: Draft, live: FormVersion) -> bool:
    """Whether he agreed to this: with these answers, from this version to this one."""
    posted = Posted.read(http.POST)
    ticket = posted.ticket
    return (
        ticket is not None
        and (ticket.draft, ticket.version) == (draft.pk, draft.form_version_id)
        and posted.revision == draft.revision
        and http.POST.get("to") == str(live.pk)
    )


def _plan(http: HttpRequest, offer: Offer, draft: Draft, live: FormVersion) -> Move:
    context = context_for(person_of(http), offer.organisation.country, http, draft)
    return planned(_journey(draft), live.value, context)


def _journey(draft: Draft) -> Journey:
    return Journey(draft.form_version.value, draft.data, attachments_of(draft))


def _first_new(offer: Offer, draft: Draft, live: FormVersion, plan: Move) -> str:
    """The first step with something new in it; from there only such steps follow, and then the review."""
    journey = Journey(live.value, plan.data, attachments_of(draft))
    address = where_to_go_on(journey, offer.slug)
    return f"{address}?return={REVIEW}" if journey.first_open else address


def _shown(http: HttpRequest, offer: Offer, draft: Draft) -> HttpResponse:
    language, slug, live = language_now(), offer.slug, offer.live
    journey, must = _journey(draft), must_move(draft)
    context: dict[str, Any] = {
        "offer": offer,
        "body": offer.body,
        "title": _("This form has changed since you began"),
        "must_move": must,
        "retired_at": draft.form_version.retired_at,
        "back": "" if must else where_to_go_on(journey, slug),
        "ticket": Ticket(
            person=draft.filled_in_by, service=draft.service_id, version=draft.form_version_id, draft=draft.pk
        ).signed(),
        "revision": draft.revision,
        "to": live,
    }
    if live is None:
        context["kept"] = summary(journey.spec, journey.stored, language, file_url=file_url)
        return render(http, "pages/apply/update.html", context)
    plan = _plan(http, offer, draft, live)
    context |= {
        "changes": for_applicants(compare(journey.spec, live.value), language),
        "new": [_line(one, language) for one in plan.moved.new],
        "dropped": [
            *(_line(one, language) for one in plan.moved.dropped),
            *(_lost(one, language) for one in plan.lost),
        ],
        "unfinished": [_line(one, language) for one in plan.moved.unfinished],
        "kept": _answered(summary(live.value, plan.moved.answers, language, file_url=file_url)),
        "kept_number": len(plan.moved.kept),
    }
    return render(http, "pages/apply/update.html", context)


def _answered(groups: list[StepSummary]) -> list[StepSummary]:
    """Only what was answered: what is missing is told as new, or comes in its turn."""
    kept = [StepSummary(group.key, group.title, [row for row in group.rows if row.text]) for group in groups]
    return [group for group in kept if group.rows]


def _line(one: Placed, language: str) -> Line:
    label = in_language(one.field.label, language)
    if one.group:
        label = _("%(group)s, entry %(number)s: %(question)s") % {
            "group": in_language(one.group.label, language),
            "number": one.row,
            "question": label,
        }
    html = field_type(one.field.type).as_html(one.field, one.answer, language, file_url)
    in_parts = bool(one.field.fields) or one.field.type == "files"
    return Line(in_language(one.step.title, language), label, html, one.why, in_parts)


def _lost(one: LostText, language: str) -> Line:
    place, label = in_language(one.step.title, language), in_language(one.field.label, language)
    return Line(place, label, one.text, _("This is not asked any more."))
