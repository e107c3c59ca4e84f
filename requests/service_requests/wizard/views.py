"""The steps of an application: the way in, and one view for every step.

GET only shows. A step is posted to its own address, which alone says which step it is; a draft comes
into being with the first POST. How a step is drawn is in `step_page.py`, review and sending in `sending.py`.
"""

import uuid
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse, translate_url
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from forms_builder.fields.base import Context, field_type
from forms_builder.fields.captcha import Sent
from forms_builder.models import FormVersion
from home.accounts.answers import APPLYING, NoAnswerTaken, spend_answer
from home.accounts.guests import at_the_keyboard
from service_requests.records.files import keep_file
from service_requests.records.models import Attachment
from service_requests.wizard import rows
from service_requests.wizard.acting import FOR_ONESELF, choice_of_establishment
from service_requests.wizard.appointments import has_appointments, hold_chosen
from service_requests.wizard.claiming import begun_here
from service_requests.wizard.drafts import Closed, Late, OtherForm, must_move, new_draft, open_draft, own_drafts, save
from service_requests.wizard.guests import way_in
from service_requests.wizard.journey import Journey
from service_requests.wizard.links import link_of
from service_requests.wizard.models import Draft, Stash
from service_requests.wizard.offers import ActsNoMore, Offer, offered
from service_requests.wizard.posted import (
    AUTOSAVE,
    CONTINUE,
    LANGUAGE,
    REVIEW,
    SAVE,
    Posted,
    cut_off,
    typed_in,
    uuid_of,
)
from service_requests.wizard.posting import StepPost, groups_in
from service_requests.wizard.refusals import back_to_link, back_to_step, step_address
from service_requests.wizard.showing import (
    file_url,
    hide_errors,
    slot_id,
)
from service_requests.wizard.stashing import files_of, put_aside, stash_for, step_shown, texts_left_over
from service_requests.wizard.step_page import StepPage
from service_requests.wizard.uploads import (
    Keep,
    Refusals,
    attachments_of,
    claim,
    remove,
    remove_places,
    replaced,
    store,
)
from service_requests.wizard.visiting import (
    asked_to_confirm,
    followed,
    is_htmx,
    language_now,
    may_apply,
    must_confirm,
    see_other,
    where_to_go_on,
)

CONFLICT = 409
# In an address: what was begun in this browser without an account is not what he means.
ANEW = "anew"


@never_cache
@require_GET
def start(http: HttpRequest, slug: str) -> HttpResponseBase:
    """A link, not an act: to where the person stands, or to the first step.

    Before that, where it is not settled yet: in whose name he applies, or whether with an account.
    """
    person = at_the_keyboard(http)
    if person is None:
        return way_in(http, slug)
    offer = offered(person, slug, language_now())
    if not may_apply(person, offer):
        return redirect_to_login(http.path)
    if must_confirm(http, offer.service):
        return redirect(asked_to_confirm(http, offer.service, reverse("apply:start", args=[slug])))
    if offer.acting_for is None and offer.service.is_for_establishments and FOR_ONESELF not in http.GET:
        return choice_of_establishment(http, offer)
    draft = open_draft(person, offer.service, offer.acting_for)
    left = (
        begun_here(http, offer.service) if draft is None and not offer.is_of_a_guest and not offer.acting_for else None
    )
    if left and ANEW not in http.GET:
        return redirect(link_of(left))
    if draft is None and offer.service.is_suspended:
        return redirect(offer.page_url)
    version = draft.form_version if draft else offer.live
    if version is None:
        raise Http404
    if draft and must_move(draft):
        return redirect("apply:update", slug=slug)
    journey = Journey(version.value, draft.data if draft else None, attachments_of(draft))
    return redirect(where_to_go_on(journey, slug))


@method_decorator(never_cache, name="dispatch")
class StepView(StepPage):
    """One step, shown and posted under its own address. A preview keeps what it is sent elsewhere."""

    keep: Keep = staticmethod(keep_file)
    # At the window the clerk sees the document, and a preview is no application.
    is_the_applicants = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self._is_known(request):
            return self._ask_to_sign_in(request)
        try:
            self.offer = self._offered(kwargs["slug"])
        except ActsNoMore:
            if not is_htmx(request):
                raise
            # An answer that says so would not be shown: the page that was asked for is left, and says it.
            return followed(request, see_other(reverse("apply:start", args=[kwargs["slug"]])))
        if not may_apply(self.person, self.offer):
            return self._ask_to_sign_in(request)
        if self.is_the_applicants and must_confirm(request, self.offer.service):
            return self._ask_to_confirm(request)
        if self._must_say_for_whom:
            return followed(request, see_other(reverse("apply:start", args=[self.slug])))
        return followed(request, super().dispatch(request, *args, **kwargs))

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        draft = self._draft()
        if draft is None and self.is_the_applicants and self.offer.service.is_suspended:
            # What was begun before may be finished; a page that was open by then is taken when it is sent.
            return see_other(self.offer.page_url)
        restored = _restored(request)
        if draft and must_move(draft) and restored is None:
            return redirect("apply:update", slug=self.slug)
        self._open(draft)
        if not self.journey.may_visit(kwargs["step"]):
            return redirect(where_to_go_on(self.journey, self.slug))
        self.storage.current_step = kwargs["step"]
        if self.step.ends:
            return self._show_ending()
        stash = self._stash(restored)
        if stash:
            self._open_with(files_of(stash))
        return self._show_stored(stash)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        posted = Posted.read(request.POST)
        if posted.ticket and posted.ticket.person != self.person.pk:
            messages.warning(
                request, _("You are signed in as somebody else. What was typed before was not taken over.")
            )
            return see_other(reverse("apply:start", args=[self.slug]))
        draft = self._draft()
        if draft is None:
            sent = self._already_sent(posted)
            if sent:
                return sent
            draft = self._new_draft(posted)
        self._open(draft)
        if posted.ticket and posted.ticket.version != draft.form_version_id:
            return self._of_another_form(posted)
        step = self.journey.step(kwargs["step"])
        if step is None or step.ends:
            return see_other(where_to_go_on(self.journey, self.slug))
        self.storage.current_step = kwargs["step"]
        return self._of_half_a_page() or self._take(posted)

    def _of_half_a_page(self) -> HttpResponseBase | None:
        """The connection broke during an upload: what arrived is shown again, and the draft stays as it was."""
        stash = put_aside(self.request, self.kwargs["step"]) if cut_off(self.request) else None
        if stash is None:
            return None
        return back_to_step(self.request, self.kwargs["slug"], stash)

    def _new_draft(self, posted: Posted) -> Draft:
        version, language = self._version_shown(posted), language_now()
        return new_draft(self.person, self.offer.service, version, language, self.offer.acting_for)

    def _version_shown(self, posted: Posted) -> FormVersion:
        """The version the person saw when he began; the live one when the page does not say."""
        live = self.offer.live
        ticket = posted.ticket
        if ticket and ticket.service == self.offer.service.pk and (live is None or ticket.version != live.pk):
            shown = FormVersion.objects.filter(
                pk=ticket.version, form__translation_key=self.offer.service.translation_key
            ).first()
            live = shown or live
        if live is None:
            raise Http404
        return live

    def _already_sent(self, posted: Posted) -> HttpResponse | None:
        """A page of a draft that was sent meanwhile, in another tab or before going back."""
        if posted.ticket is None or not posted.ticket.draft:
            return None
        request = (
            own_drafts(self.person).filter(pk=posted.ticket.draft).values_list("request__public_id", flat=True).first()
        )
        if request is None:
            return None
        messages.info(self.request, _("This application was sent already. Nothing was changed."))
        return see_other(self.offer.received_url(request))

    def _is_known(self, request: HttpRequest) -> bool:
        return at_the_keyboard(request) is not None

    @property
    def _must_say_for_whom(self) -> bool:
        """Whether nobody applies for himself here: a page from before, or an address that was typed."""
        return self.offer.acting_for is None and not self.offer.service.is_for_persons

    def _ask_to_sign_in(self, request: HttpRequest) -> HttpResponseBase:
        if request.method == "POST":
            stash = put_aside(request, self.kwargs["step"])
            if stash and stash.person.is_guest:
                return followed(request, back_to_link(request, self.slug))
            if stash:
                messages.info(request, _("You were signed out. Sign in: what you typed is kept."))
                return back_to_step(request, self.kwargs["slug"], stash)
        return followed(request, redirect_to_login(request.path))

    def _ask_to_confirm(self, request: HttpRequest) -> HttpResponseBase:
        stash = put_aside(request, self.kwargs["step"]) if request.method == "POST" else None
        address = step_address(self.kwargs["slug"], stash) if stash else request.path
        return followed(request, see_other(asked_to_confirm(request, self.offer.service, address)))

    # -- where it is kept

    def _offered(self, slug: str) -> Offer:
        return offered(self.person, slug, language_now())

    def _draft(self) -> Draft | None:
        return open_draft(self.person, self.offer.service, self.offer.acting_for)

    def _stash(self, public_id: uuid.UUID | None) -> Stash | None:
        return stash_for(self.person, self.offer.service, self.step.key, public_id)

    def _save(self, draft: Draft, post: StepPost) -> Draft:
        if not has_appointments(self.version.value):
            return save(draft, post.apply, language=language_now())
        # One transaction: a step that is not saved holds nothing.
        with transaction.atomic():
            hold_chosen(draft, post, by=self.person)
            return save(draft, post.apply, language=language_now())

    # -- taking a POST

    def _take(self, posted: Posted) -> HttpResponse:
        draft = self.storage.draft
        assert draft is not None  # post() made one
        refusals, arrived = self._store_files(posted)
        post = StepPost(
            self.journey,
            self.step,
            posted,
            typed_in(self.step, self.request.POST),
            context=self._context_of_the_check(),
            file_url=file_url,
        )
        try:
            draft = self._save(draft, post)
        except Closed:
            return self._already_sent(posted) or see_other(self.offer.drafts_url)
        except OtherForm:
            self._open(self._draft())
            return self._of_another_form(posted)
        except Late:
            return self._late(post, arrived)
        self._settle_files(draft, arrived, post)
        self.storage.open(draft)
        self._set_out(Journey(self.version.value, draft.data, self.journey.attachments))
        return self._answer(post, refusals)

    def _context_of_the_check(self) -> Context:
        """Whether an answer in words may pass a check of this step: where one came, it is charged, then judged."""
        asked = [field.key for field in self.step.fields if field_type(field.type).checks]
        if not any(Sent.read(self.request.POST, key).in_words for key in asked):
            return self.context
        try:
            spend_answer(self.request, APPLYING)
        except NoAnswerTaken as refusal:
            return replace(self.context, no_more_in_words=refusal.words)
        return replace(self.context, may_answer_in_words=True)

    def _store_files(self, posted: Posted) -> tuple[Refusals, list[Attachment]]:
        """Files first: whatever is wrong with the step, they are kept."""
        stash = self._stash(posted.stash)
        kept = files_of(stash) if stash else []
        held = [file for file in self.journey.attachments if str(file.public_id) not in posted.removed]
        there = rows.names(self.storage.data, [group.key for group in groups_in(self.step)])
        stored, refusals = store(
            self.step, self.request.FILES, [*held, *kept], by=self.person, rows=there, keep=self.keep
        )
        gone = {file.public_id for file in replaced(self.step, [*held, *kept], stored)}
        now_held = [file for file in (*held, *kept, *stored) if file.public_id not in gone]
        self._set_out(Journey(self.version.value, self.storage.data, now_held))
        if stash:
            stash.delete()
        return refusals, [*kept, *stored]

    def _settle_files(self, draft: Draft, arrived: list[Attachment], post: StepPost) -> None:
        """Give the draft its new files, and delete those that were removed or replaced."""
        if arrived:
            claim(draft, arrived)
            kept = {file.pk for file in self.journey.attachments}
            remove(draft, [str(file.public_id) for file in attachments_of(draft) if file.pk not in kept])
        elif post.posted.removed:
            remove(draft, post.posted.removed)
        for place in post.dropped:
            remove_places(draft, f"{place}.")

    def _answer(self, post: StepPost, refusals: Refusals) -> HttpResponse:
        action = post.posted.action
        if is_htmx(self.request):
            return self._passing(post, refusals) if action == AUTOSAVE else self._pressed(post, refusals)
        if self._must_move and action != SAVE:
            # What was typed is saved with the form it belongs to; how it goes on is for the person to agree to.
            address = reverse("apply:update", args=[self.slug])
            return see_other(translate_url(address, post.posted.target) if action == LANGUAGE else address)
        if refusals or (post.refused and action != CONTINUE):
            return self._show_refused(post, refusals)
        if action == CONTINUE:
            return self._continue(post)
        if action == SAVE:
            messages.success(self.request, _("Your draft is saved. You can go on from here at any time."))
            return see_other(self.offer.drafts_url)
        if action == LANGUAGE:
            return see_other(translate_url(self._address(post.posted), post.posted.target))
        pressed_on = post.posted.target.partition(".")[0]
        return see_other(self._address(post.posted) + (f"#{slot_id(pressed_on)}" if pressed_on else ""))

    def _continue(self, post: StepPost) -> HttpResponse:
        if not post.goes_on:
            if post.context.no_more_in_words:
                # Said once: the step as it is read again would call the answer wrong.
                return self._show(post.form, post.open_forms, post=post)
            # Not shown here: a browser that comes Back to the answer of a POST shows a page of its own instead.
            return see_other(self._address(post.posted, check=True))
        first_open = self.journey.first_open
        if post.posted.returns_to_review:
            if first_open is None:
                return see_other(reverse("apply:review", args=[self.slug]))
            return see_other(f"{self.get_step_url(first_open.key)}?return={REVIEW}")
        following = self.journey.after(self.step.key)
        if following is None:
            return see_other(where_to_go_on(self.journey, self.slug))
        return see_other(self.get_step_url(following.key))

    @property
    def _must_move(self) -> bool:
        return self.storage.draft is not None and must_move(self.storage.draft)

    def _of_another_form(self, posted: Posted) -> HttpResponse:
        """A page of the form as it was before the draft moved: nothing of it is saved, nothing of it is lost."""
        if is_htmx(self.request):
            status = 200 if posted.action == AUTOSAVE else CONFLICT
            return self._not_saved(_("Not saved: your application moved to the new form in another window"), status)
        key = self.kwargs["step"]
        stash, before = put_aside(self.request, key), step_shown(posted.ticket, key)
        if stash is None or before is None:
            return see_other(where_to_go_on(self.journey, self.slug))
        step = self.journey.step(key) if self.journey.may_visit(key) else None
        address = step_address(self.slug, stash) if step else where_to_go_on(self.journey, self.slug)
        left_over = texts_left_over(stash, before, step)
        if left_over:
            context = {"offer": self.offer, "body": self.offer.body, "lines": left_over, "address": address}
            return render(self.request, "pages/apply/left_over.html", context, status=CONFLICT)
        messages.warning(self.request, _("Your application moved to the new form in another window."))
        return see_other(address)

    def _late(self, post: StepPost, arrived: list[Attachment]) -> HttpResponse:
        """Another tab was faster: show what stands in this one, unsaved, and let the person decide."""
        draft = self._draft()
        if draft is None:
            return see_other(self.offer.drafts_url)
        self._settle_files(draft, arrived, post)
        if is_htmx(self.request):
            status = 200 if post.posted.action == AUTOSAVE else CONFLICT
            return self._not_saved(_("Not saved: this step was changed in another window"), status)
        self.storage.open(draft)
        notice = {
            "kind": "warning",
            "title": _("This step was changed in another window"),
            "text": _(
                "What you typed here is still below and not saved yet. Press Continue to keep what is on this page."
            ),
        }
        hide_errors(post.form)
        return self._show(post.form, post.open_forms, post=post, refusals={}, notice=notice, status=CONFLICT)


def _restored(request: HttpRequest) -> uuid.UUID | None:
    return uuid_of(request.GET.get("restore", ""))
