"""The steps of an application: the way in, and one view for every step.

GET only shows. A step is posted to its own address, which alone says which step it is; a draft comes
into being with the first POST. Review and sending are in `sending.py`.
"""

import secrets
import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse, translate_url
from django.utils.datastructures import MultiValueDict
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from formtools.wizard.views import NamedUrlWizardView

from cms.languages import in_language
from forms_builder.fields.base import Context
from forms_builder.forms import RowForm, StepForm
from forms_builder.models import FormVersion
from forms_builder.spec import StepSpec
from home.accounts.models import User
from service_requests.records.models import Attachment
from service_requests.wizard import rows
from service_requests.wizard.drafts import Closed, Late, is_outdated, new_draft, open_draft, save
from service_requests.wizard.journey import Journey
from service_requests.wizard.models import Draft, Stash
from service_requests.wizard.offers import Offer, offer_of
from service_requests.wizard.posted import (
    AUTOSAVE,
    CHECK,
    CONTINUE,
    LANGUAGE,
    REVIEW,
    SAVE,
    Posted,
    typed_in,
)
from service_requests.wizard.posting import StepPost, groups_in, row_form
from service_requests.wizard.refusals import back_to_step
from service_requests.wizard.showing import (
    bar_class,
    errors_of,
    file_url,
    hide_errors,
    show_refusals,
    slot_id,
    slots_of,
    step_links,
)
from service_requests.wizard.stashing import files_of, put_aside, stash_for
from service_requests.wizard.storage import DraftStorage
from service_requests.wizard.tickets import Ticket
from service_requests.wizard.uploads import (
    Refusals,
    attachments_of,
    claim,
    remove,
    remove_places,
    replaced,
    store,
)
from service_requests.wizard.visiting import (
    clock,
    context_for,
    followed,
    is_htmx,
    language_now,
    person_of,
    see_other,
    where_to_go_on,
)

CONFLICT = 409


@never_cache
@login_required
@require_GET
def start(http: HttpRequest, slug: str) -> HttpResponse:
    """A link, not an act: to where the person stands, or to the first step."""
    offer = offer_of(slug, language_now())
    person = person_of(http)
    draft = open_draft(person, offer.service)
    version = draft.form_version if draft else offer.live
    if version is None:
        raise Http404
    journey = Journey(version.value, draft.data if draft else None, attachments_of(draft))
    return redirect(where_to_go_on(journey, slug))


@method_decorator(never_cache, name="dispatch")
class StepView(NamedUrlWizardView):
    """One step, shown and posted under its own address."""

    storage_name = "service_requests.wizard.storage.DraftStorage"
    template_name = "pages/apply/step.html"
    # as_view() insists on one; the real ones come from the form version of each request.
    form_list = [("placeholder", forms.Form)]

    storage: DraftStorage
    offer: Offer
    version: FormVersion
    journey: Journey

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self._ask_to_sign_in(request)
        self.offer = offer_of(kwargs["slug"], language_now())
        return followed(request, super().dispatch(request, *args, **kwargs))

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self._open(open_draft(self.person, self.offer.service))
        if not self.journey.may_visit(kwargs["step"]):
            return redirect(where_to_go_on(self.journey, self.slug))
        self.storage.current_step = kwargs["step"]
        stash = stash_for(self.person, self.offer.service, self.step.key, _restored(request))
        if stash:
            self._open_with(files_of(stash))
        return self._show_stored(stash)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        posted = Posted.read(request.POST)
        if posted.ticket and posted.ticket.person != self.person.pk:
            messages.warning(
                request, _("You are signed in as somebody else. What was typed before was not taken over.")
            )
            return see_other(reverse("apply:start", args=[self.slug]))
        draft = open_draft(self.person, self.offer.service)
        if draft is None:
            sent = self._already_sent(posted)
            if sent:
                return sent
            draft = new_draft(self.person, self.offer.service, self._version_shown(posted), language_now())
        self._open(draft)
        if self.journey.step(kwargs["step"]) is None:
            return see_other(where_to_go_on(self.journey, self.slug))
        self.storage.current_step = kwargs["step"]
        return self._take(posted)

    # -- opening

    @property
    def person(self) -> User:
        return cast(User, self.request.user)

    @property
    def slug(self) -> str:
        return str(self.kwargs["slug"])

    @property
    def step(self) -> StepSpec:
        step = self.journey.step(self.steps.current)
        assert step is not None  # get() and post() have looked
        return step

    @cached_property
    def context(self) -> Context:
        return context_for(self.person, self.offer.organisation.country, self.request)

    def _open(self, draft: Draft | None) -> None:
        """Read the draft, and make the wizard's steps of the form version it is pinned to."""
        version = draft.form_version if draft else self.offer.live
        if version is None:
            raise Http404
        self.storage.open(draft)
        self.version = version
        self._set_out(Journey(version.value, self.storage.data, attachments_of(draft)))

    def _open_with(self, attachments: list[Attachment]) -> None:
        """The same draft, with files that are not its own yet."""
        known = {file.pk for file in self.journey.attachments}
        more = [file for file in attachments if file.pk not in known]
        self._set_out(Journey(self.version.value, self.storage.data, [*self.journey.attachments, *more]))

    def _set_out(self, journey: Journey) -> None:
        self.journey = journey
        asked = {step.key for step in journey.steps}
        # formtools turns the list of the class into a mapping, and reads that.
        self.form_list = {step.key: StepForm for step in journey.plan.asked.steps}  # type: ignore[assignment]
        self.condition_dict = {step.key: step.key in asked for step in journey.plan.asked.steps}

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
            Draft.objects.filter(pk=posted.ticket.draft, applicant=self.person)
            .values_list("request__public_id", flat=True)
            .first()
        )
        if request is None:
            return None
        messages.info(self.request, _("This application was sent already. Nothing was changed."))
        return see_other(reverse("my_requests:received", args=[request]))

    def _ask_to_sign_in(self, request: HttpRequest) -> HttpResponseBase:
        if request.method == "POST":
            stash = put_aside(request, self.kwargs["step"])
            if stash:
                messages.info(request, _("You were signed out. Sign in: what you typed is kept."))
                return back_to_step(request, self.kwargs["slug"], stash)
        return followed(request, redirect_to_login(request.path))

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
            context=self.context,
            file_url=file_url,
        )
        try:
            draft = save(draft, post.apply, language=language_now())
        except Closed:
            return self._already_sent(posted) or see_other(reverse("my_requests:list"))
        except Late:
            return self._late(post, arrived)
        self._settle_files(draft, arrived, post)
        self.storage.open(draft)
        self._set_out(Journey(self.version.value, draft.data, self.journey.attachments))
        return self._answer(post, refusals)

    def _store_files(self, posted: Posted) -> tuple[Refusals, list[Attachment]]:
        """Files first: whatever is wrong with the step, they are kept."""
        stash = stash_for(self.person, self.offer.service, self.step.key, posted.stash)
        kept = files_of(stash) if stash else []
        held = [file for file in self.journey.attachments if str(file.public_id) not in posted.removed]
        there = rows.names(self.storage.data, [group.key for group in groups_in(self.step)])
        stored, refusals = store(self.step, self.request.FILES, [*held, *kept], by=self.person, rows=there)
        gone = {file.pk for file in replaced(self.step, [*held, *kept], stored)}
        now_held = [file for file in (*held, *kept, *stored) if file.pk not in gone]
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
        if refusals or (post.refused and action != CONTINUE):
            _judge_only_what_was_pressed(post)
            return self._show(post.form, post.open_forms, post=post, refusals=refusals)
        if action == CONTINUE:
            return self._continue(post)
        if action == SAVE:
            messages.success(self.request, _("Your draft is saved. You can go on from here at any time."))
            return see_other(f"{reverse('my_requests:list')}?show=drafts")
        if action == LANGUAGE:
            return see_other(translate_url(self._address(post.posted), post.posted.target))
        pressed_on = post.posted.target.partition(".")[0]
        return see_other(self._address(post.posted) + (f"#{slot_id(pressed_on)}" if pressed_on else ""))

    def _continue(self, post: StepPost) -> HttpResponse:
        if not post.goes_on:
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

    def _late(self, post: StepPost, arrived: list[Attachment]) -> HttpResponse:
        """Another tab was faster: show what stands in this one, unsaved, and let the person decide."""
        draft = open_draft(self.person, self.offer.service)
        if draft is None:
            return see_other(reverse("my_requests:list"))
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

    # -- showing

    def get_step_url(self, step: str) -> str:
        return reverse("apply:step", args=[self.slug, step])

    def _address(self, posted: Posted, *, check: bool = False) -> str:
        address = self.get_step_url(self.step.key)
        query = {"return": REVIEW} if posted.returns_to_review else {}
        if check:
            query[CHECK] = "1"
        return f"{address}?{urlencode(query)}" if query else address

    def _show_stored(self, stash: Stash | None) -> HttpResponse:
        """The step as it was left; nothing is judged unless the person comes to mend it."""
        form, open_forms = self._as_left(stash)
        judged = self.request.GET.get("return") == REVIEW or CHECK in self.request.GET
        if stash or not judged:
            _judge_nothing(form, open_forms)
        notice = None
        if stash:
            notice = {
                "kind": "info",
                "title": _("What you typed is still here"),
                "text": _("The page had been open for too long to be saved. Check it and press Continue."),
            }
        return self._show(form, open_forms, stash=stash, notice=notice)

    def _as_left(self, stash: Stash | None = None) -> tuple[StepForm, dict[str, RowForm]]:
        """The step and its open rows, with what was typed last."""
        typed = stash.typed if stash else dict(self.storage.data["step_data"].get(self.step.key) or {})
        form = StepForm(
            self.step,
            answers=self.journey.stored,
            context=replace(self.context, answers=self.journey.answers),
            data=MultiValueDict(typed) if typed else None,
            files=self.journey.files,
            file_url=file_url,
        )
        return form, self._open_rows(typed)

    def _open_rows(self, typed: Mapping[str, list[str]]) -> dict[str, RowForm]:
        opened = {}
        context = replace(self.context, answers=self.journey.answers)
        for group in groups_in(self.step):
            row = rows.open_row(self.storage.data, group.key)
            if row:
                opened[group.key] = row_form(self.journey, group, row, dict(typed), context)
        return opened

    def _show(
        self,
        form: StepForm,
        open_forms: Mapping[str, RowForm],
        *,
        post: StepPost | None = None,
        stash: Stash | None = None,
        refusals: Refusals | None = None,
        notice: Mapping[str, str] | None = None,
        status: int = 200,
    ) -> HttpResponse:
        show_refusals((form, *open_forms.values()), refusals or {})
        errors = errors_of(form, open_forms.values())
        asks_more = form.has_new_questions or any(row.has_new_questions for row in open_forms.values())
        if CHECK in self.request.GET and asks_more and not errors:
            notice = notice or {"kind": "info", "title": _("Your answer brings up another question"), "text": ""}
        draft, key = self.storage.draft, self.step.key
        before = self.journey.before(key)
        returns = post.posted.returns_to_review if post else self.request.GET.get("return") == REVIEW
        place, total = self.journey.position(key), self.journey.total
        slots = slots_of(self.step, form, open_forms)
        context = {
            "offer": self.offer,
            "title": in_language(self.step.title),
            "step": self.step,
            "address": self.get_step_url(key),
            "back": self._back(before, returns),
            "slots": slots,
            "has_required": any(getattr(slot.part, "required", False) for slot in slots),
            "errors": errors,
            "notice": notice,
            "page": self._page_state(form, post, stash, returns),
            "place": place,
            "total": total,
            "done_class": bar_class(place, total),
            "step_list": step_links(self.journey, self.slug, key, _("Check and send")),
            # What is wrong stands first; that it is kept all the same would read like a contradiction.
            "saved_at": "" if errors else clock(draft),
            "republished": is_outdated(draft),
        }
        return render(self.request, self.template_name, context, status=status)

    def _back(self, before: StepSpec | None, returns: bool) -> str:
        if returns and self.journey.first_open is None:
            return reverse("apply:review", args=[self.slug])
        return self.get_step_url(before.key) if before else str(self.offer.service.get_url(self.request) or "")

    def _page_state(self, form: StepForm, post: StepPost | None, stash: Stash | None, returns: bool) -> dict[str, Any]:
        draft = self.storage.draft
        ticket = Ticket(
            person=self.person.pk,
            service=self.offer.service.pk,
            version=self.version.pk,
            draft=(draft.pk or 0) if draft else 0,
        )
        return {
            "ticket": ticket.signed(),
            "revision": draft.revision if draft else 0,
            "tab": (post and post.posted.tab) or secrets.token_urlsafe(6),
            "shown_name": form.shown_name,
            "shown_value": form.shown_value,
            "returns_to_review": returns,
            "stash": str(stash.public_id) if stash else "",
        }

    # -- htmx

    def _passing(self, post: StepPost, refusals: Refusals) -> HttpResponse:
        """Saved in passing: questions that others brought up, files, the time of saving; nothing is judged."""
        _judge_nothing(post.form, post.open_forms)
        return self._swap(post, post.form, post.open_forms, refusals)

    def _pressed(self, post: StepPost, refusals: Refusals) -> HttpResponse:
        """A row or a file was changed on the page: the step as the whole page would show it after this press."""
        form, open_forms = post.form, post.open_forms
        if refusals or post.refused:
            _judge_only_what_was_pressed(post)
        else:
            form, open_forms = self._as_left()
            _judge_nothing(form, open_forms)
        return self._swap(post, form, open_forms, refusals, is_press=True)

    def _swap(
        self,
        post: StepPost,
        form: StepForm,
        open_forms: Mapping[str, RowForm],
        refusals: Refusals,
        *,
        is_press: bool = False,
    ) -> HttpResponse:
        show_refusals((form, *open_forms.values()), refusals)
        errors = errors_of(form, open_forms.values()) if is_press else []
        context = {
            "offer": self.offer,
            "title": in_language(self.step.title),
            "slots": slots_of(self.step, form, open_forms),
            "page": self._page_state(form, post, None, post.posted.returns_to_review),
            "saved_at": "" if errors else clock(self.storage.draft),
            "errors": errors,
            "is_press": is_press,
        }
        return render(self.request, "partials/apply/swapped.html", context)

    def _not_saved(self, why: str, status: int) -> HttpResponse:
        return render(self.request, "partials/apply/saved.html", {"not_saved": why, "swapped": True}, status=status)


def _judge_nothing(form: StepForm, open_forms: Mapping[str, RowForm]) -> None:
    for shown in (form, *open_forms.values()):
        hide_errors(shown)


def _judge_only_what_was_pressed(post: StepPost) -> None:
    """Whoever saves a row is told what is wrong with that row, not what the rest of the page still misses."""
    if post.posted.action == CONTINUE:
        return
    hide_errors(post.form)
    for group, row in post.open_forms.items():
        if group not in post.refused:
            hide_errors(row)


def _restored(request: HttpRequest) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.GET.get("restore", ""))
    except ValueError:
        return None
