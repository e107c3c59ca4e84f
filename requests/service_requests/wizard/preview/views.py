"""The pages of a preview: the wizard's own, on answers that are forgotten and with no way to send them."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_replace
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_POST

from forms_builder.spec import StepSpec
from service_requests.records.files import looked_at
from service_requests.records.models import Attachment
from service_requests.wizard import sending
from service_requests.wizard.journey import Journey
from service_requests.wizard.models import Draft, Stash
from service_requests.wizard.posted import SAVE
from service_requests.wizard.posting import StepPost
from service_requests.wizard.preview import keeping
from service_requests.wizard.preview.offers import PreviewOffer, preview_of
from service_requests.wizard.submit import Incomplete, checked
from service_requests.wizard.uploads import Refusals
from service_requests.wizard.views import StepView
from service_requests.wizard.visiting import (
    context_for,
    followed,
    is_htmx,
    language_now,
    person_of,
    see_other,
    where_to_go_on,
)

Page = Callable[[HttpRequest, PreviewOffer], HttpResponse]


def framed(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page that our own pages may show in a frame: the editor's, and nobody else's."""
    in_frames = csp_replace({"frame-ancestors": [SELF]})(xframe_options_sameorigin(view))
    shown: Callable[..., HttpResponseBase] = never_cache(in_frames)
    return shown


def previewed(page: Page) -> Callable[..., HttpResponseBase]:
    """A page of a preview, for whoever may edit the service; the faults instead, where the form does not work."""

    @framed
    @login_required
    @wraps(page)
    def view(http: HttpRequest, slug: str) -> HttpResponse:
        http.is_preview = True  # type: ignore[attr-defined]  # as Wagtail marks its previews; the banner reads it
        offer = preview_of(person_of(http), slug, language_now())
        return _without_form(http, offer) or page(http, offer)

    return view


def _without_form(http: HttpRequest, offer: PreviewOffer) -> HttpResponse | None:
    """Why this form cannot be walked through; None when it can."""
    if offer.version.value.steps and not offer.faults:
        return None
    return render(http, "pages/apply/preview_faults.html", {"offer": offer, "title": offer.title})


@previewed
@require_GET
def start(http: HttpRequest, offer: PreviewOffer) -> HttpResponse:
    """To where the editor stands, or to the first step."""
    person = person_of(http)
    if keeping.was_changed(person, offer):
        messages.info(http, _("The form was changed, so the preview begins again."))
    return redirect(where_to_go_on(_journey(keeping.opened(person, offer, language_now())), offer.slug))


@previewed
@require_POST
def again(http: HttpRequest, offer: PreviewOffer) -> HttpResponse:
    """From the beginning, with nothing typed."""
    keeping.forget(person_of(http), offer)
    return see_other(reverse("apply:start", args=[offer.slug]))


@previewed
@require_GET
def review(http: HttpRequest, offer: PreviewOffer) -> HttpResponse:
    draft = keeping.opened(person_of(http), offer, language_now())
    return sending.review_of(http, offer, draft, _journey(draft))


@previewed
def submit(http: HttpRequest, offer: PreviewOffer) -> HttpResponse:
    """Check everything as sending does, and send nothing."""
    if http.method != "POST":
        return redirect("apply:review", offer.slug)
    person = person_of(http)
    draft = keeping.opened(person, offer, language_now())
    journey, context = _journey(draft), context_for(person, offer.organisation.country, http)
    if not journey.may_review:
        return see_other(where_to_go_on(journey, offer.slug))
    form = sending.declaration(journey, context, http.POST)
    if form is not None and not form.is_valid():
        return sending.refused(offer.slug, form)
    try:
        checked(journey, form.answers() if form else {}, context)
    except Incomplete:
        return sending.refused(offer.slug, form)
    keeping.forget(person, offer)
    return see_other(reverse("apply:preview_end", args=[offer.slug]))


@previewed
@require_GET
def end(http: HttpRequest, offer: PreviewOffer) -> HttpResponse:
    """Where a citizen would be given the number of his request."""
    return render(http, "pages/apply/preview_end.html", {"offer": offer, "title": _("Here the request would be sent")})


def _journey(draft: Draft) -> Journey:
    return Journey(draft.form_version.value, draft.data, keeping.files_of(draft))


def _look_at(uploaded: "UploadedFile[Any]", **what: Any) -> Attachment:
    """A file is checked like any other; what is in it is dropped."""
    attachment, _content = looked_at(uploaded, **what)
    return attachment


@method_decorator(framed, name="dispatch")
class PreviewStep(StepView):
    """One step of a preview."""

    is_the_applicants = False

    offer: PreviewOffer
    keep = staticmethod(_look_at)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        request.is_preview = True  # type: ignore[attr-defined]  # as Wagtail marks its previews
        if request.user.is_authenticated:
            without_form = _without_form(request, self._offered(kwargs["slug"]))
            if without_form:
                return without_form
        return super().dispatch(request, *args, **kwargs)

    def _is_known(self, request: HttpRequest) -> bool:
        # No guest is an editor.
        return request.user.is_authenticated

    @property
    def _must_say_for_whom(self) -> bool:
        return False

    def _ask_to_sign_in(self, request: HttpRequest) -> HttpResponseBase:
        return followed(request, redirect_to_login(request.path))

    def _of_half_a_page(self) -> HttpResponse | None:
        """What is in the files of a preview is dropped anyway."""
        return None

    def _offered(self, slug: str) -> PreviewOffer:
        return preview_of(person_of(self.request), slug, language_now())

    def _draft(self) -> Draft:
        return keeping.opened(self.person, self.offer, language_now())

    def _attachments(self, draft: Draft | None) -> list[Attachment]:
        return keeping.files_of(draft) if draft else []

    def _back(self, before: StepSpec | None, returns: bool) -> str:
        return super()._back(before, returns) if before or returns else self._page_of_the_service()

    def _page_of_the_service(self) -> str:
        return reverse("wagtailadmin_pages:view_draft", args=[self.offer.service.pk])

    def _stash(self, public_id: uuid.UUID | None) -> Stash | None:
        return None

    def _save(self, draft: Draft, post: StepPost) -> Draft:
        return keeping.keep(draft, post.apply)

    def _settle_files(self, draft: Draft, arrived: list[Attachment], post: StepPost) -> None:
        dropped = tuple(f"{place}." for place in post.dropped)
        kept = [file for file in self.journey.attachments if not (dropped and file.field_key.startswith(dropped))]
        if [file.public_id for file in kept] != [file.public_id for file in keeping.files_of(draft)]:
            keeping.keep_names(draft, kept)

    def _answer(self, post: StepPost, refusals: Refusals) -> HttpResponse:
        action = post.posted.action
        if action == SAVE and not refusals and not is_htmx(self.request):
            messages.info(self.request, _("A citizen leaves here and finds the draft under “My requests”."))
            return see_other(self._address(post.posted))
        return super()._answer(post, refusals)
