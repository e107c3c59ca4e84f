"""A step of an application as it is shown: whole, or the pieces that htmx swaps.

`StepView` (views.py) decides what a request does; this class knows the draft it is about, and draws it.
"""

import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from formtools.wizard.views import NamedUrlWizardView

from cms.languages import in_language
from forms_builder.fields.base import Context
from forms_builder.forms import RowForm, StepForm
from forms_builder.models import FormVersion
from forms_builder.questions import CheckPart
from forms_builder.spec import StepSpec
from home.accounts.models import User
from service_requests.records.models import Attachment
from service_requests.wizard import rows
from service_requests.wizard.appointments import refuse_more_than_enough
from service_requests.wizard.drafts import is_outdated, knows_of_it
from service_requests.wizard.journey import Journey
from service_requests.wizard.models import Draft, Stash
from service_requests.wizard.offers import Offer
from service_requests.wizard.posted import CHECK, CONTINUE, FIND, REVIEW, Posted
from service_requests.wizard.posting import StepPost, groups_in, row_form
from service_requests.wizard.showing import (
    bar_class,
    errors_of,
    file_url,
    hide_errors,
    show_refusals,
    slots_of,
    step_links,
)
from service_requests.wizard.stashing import refused_in
from service_requests.wizard.storage import DraftStorage
from service_requests.wizard.tickets import Ticket
from service_requests.wizard.uploads import Refusals, attachments_of
from service_requests.wizard.visiting import clock, context_for, language_now, person_of


class StepPage(NamedUrlWizardView):
    """The step of one draft, of the form version that the draft is pinned to."""

    storage_name = "service_requests.wizard.storage.DraftStorage"
    template_name = "pages/apply/step.html"
    # as_view() insists on one; the real ones come from the form version of each request.
    form_list = [("placeholder", forms.Form)]

    storage: DraftStorage
    offer: Offer
    version: FormVersion
    journey: Journey

    # -- opening

    @property
    def person(self) -> User:
        """Who is at the keyboard: pages are signed for him, and files are his until they are a request's."""
        return person_of(self.request)

    @property
    def applicant(self) -> User:
        """For whom it is filled in."""
        return self.person

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
        country, acting_for = self.offer.organisation.country, self.offer.acting_for
        return context_for(self.person, country, self.request, self.storage.draft, acting_for=acting_for)

    def _open(self, draft: Draft | None) -> None:
        """Read the draft, and make the wizard's steps of the form version it is pinned to."""
        version = draft.form_version if draft else self.offer.live
        if version is None:
            raise Http404
        self.storage.open(draft)
        self.version = version
        self._set_out(Journey(version.value, self.storage.data, self._attachments(draft)))

    def _attachments(self, draft: Draft | None) -> list[Attachment]:
        return attachments_of(draft)

    def _open_with(self, attachments: list[Attachment]) -> None:
        """The same draft, with files that are not its own yet."""
        known = {file.pk for file in self.journey.attachments}
        more = [file for file in attachments if file.pk not in known]
        self._set_out(Journey(self.version.value, self.storage.data, [*self.journey.attachments, *more]))

    def _set_out(self, journey: Journey) -> None:
        self.journey = journey = journey.known_to_the_state(self.context)
        asked = {step.key for step in journey.steps}
        # formtools turns the list of the class into a mapping, and reads that.
        self.form_list = {step.key: StepForm for step in journey.plan.asked.steps}  # type: ignore[assignment]
        self.condition_dict = {step.key: step.key in asked for step in journey.plan.asked.steps}

    # -- showing

    def get_step_url(self, step: str) -> str:
        return reverse("apply:step", args=[self.slug, step])

    def _address(self, posted: Posted, *, check: bool = False) -> str:
        address = self.get_step_url(self.step.key)
        query = {"return": REVIEW} if posted.returns_to_review else {}
        if posted.action == FIND:
            query[FIND] = posted.target
        if check:
            query[CHECK] = "1"
        return f"{address}?{urlencode(query)}" if query else address

    def _show_stored(self, stash: Stash | None) -> HttpResponse:
        """The step as it was left; nothing is judged unless the person comes to mend it."""
        form, open_forms = self._as_left(stash)
        judged = self.request.GET.get("return") == REVIEW or CHECK in self.request.GET
        if stash or not judged:
            _judge_nothing(form, open_forms, but=self.request.GET.get(FIND, ""))
        else:
            refuse_more_than_enough(form, self.step.fields, self.applicant)
        notice = None
        if stash:
            notice = {
                "kind": "info",
                "title": _("What you typed is still here"),
                "text": _("The page had been open for too long to be saved. Check it and press Continue."),
            }
        refusals = refused_in(stash.typed) if stash else None
        return self._show(form, open_forms, stash=stash, refusals=refusals, notice=notice)

    def _as_left(self, stash: Stash | None = None) -> tuple[StepForm, dict[str, RowForm]]:
        """The step and its open rows, with what was typed last."""
        typed = stash.typed if stash else dict(self.storage.data["step_data"].get(self.step.key) or {})
        form = StepForm(
            self.step,
            answers=self.journey.stored,
            context=self.journey.told_to(self.context),
            data=MultiValueDict(typed) if typed else None,
            files=self.journey.files,
            file_url=file_url,
        )
        return form, self._open_rows(typed)

    def _open_rows(self, typed: Mapping[str, list[str]]) -> dict[str, RowForm]:
        opened = {}
        context = self.journey.told_to(self.context)
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
            "body": self.offer.body,
            "title": in_language(self.step.title),
            "step": self.step,
            "address": self.get_step_url(key),
            "back": self._back(before, returns),
            "slots": slots,
            "has_check": any(isinstance(slot.part, CheckPart) for slot in slots),
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
            "knows_of_it": knows_of_it(draft),
        }
        return render(self.request, self.template_name, context, status=status)

    def _show_ending(self) -> HttpResponse:
        """Why nobody can apply with these answers, and where to turn. Nothing is asked, so nothing is sent."""
        key = self.step.key
        context = {
            "offer": self.offer,
            "body": self.offer.body,
            "title": in_language(self.step.title),
            "step": self.step,
            "next_url": self._next_address(),
            "next_label": in_language(self.step.next_label) or _("See the other services"),
            "back": self._back(self.journey.before(key), returns=False),
            "place": self.journey.position(key),
            "total": self.journey.total,
            "done_class": bar_class(self.journey.position(key), self.journey.total),
            "step_list": step_links(self.journey, self.slug, key, ""),
            "saved_at": clock(self.storage.draft),
            "republished": is_outdated(self.storage.draft),
            "knows_of_it": knows_of_it(self.storage.draft),
        }
        return render(self.request, "pages/apply/ending.html", context)

    def _next_address(self) -> str:
        written = self.step.next_url
        if not written:
            return str(self.offer.service.get_parent().get_url(self.request))
        return f"/{language_now()}{written}" if written.startswith("/") else written

    def _show_refused(self, post: StepPost, refusals: Refusals) -> HttpResponse:
        """A row or a file that was refused, with what is wrong with it."""
        _judge_only_what_was_pressed(post)
        return self._show(post.form, post.open_forms, post=post, refusals=refusals)

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
            _judge_nothing(form, open_forms, but=post.posted.target if post.posted.action == FIND else "")
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


def _judge_nothing(form: StepForm, open_forms: Mapping[str, RowForm], *, but: str = "") -> None:
    for shown in (form, *open_forms.values()):
        hide_errors(shown, but=but)


def _judge_only_what_was_pressed(post: StepPost) -> None:
    """Whoever saves a row is told what is wrong with that row, not what the rest of the page still misses."""
    if post.posted.action == CONTINUE:
        return
    hide_errors(post.form)
    for group, row in post.open_forms.items():
        if group not in post.refused:
            hide_errors(row)
