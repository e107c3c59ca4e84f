"""Applying without an account, where a service allows it: the way in, the link to come back by, the proved mobile.

The link (`links`) stands for a draft of a guest who has sent nothing yet; what was sent is followed by number, phone
and code (citizen.following). Opening it is a POST: a program that looks at links opens nothing.
"""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from cms.phones import parse_phone
from forms_builder.fields import field_type
from forms_builder.fields.captcha import WORDS, Captcha, ProofField
from forms_builder.questions import CheckPart
from forms_builder.spec import FieldSpec
from home.accounts import codes, guests
from home.accounts.answers import APPLYING, NoAnswerTaken, spend_answer
from home.accounts.fields import AccountForm, CodeField, LineField, MobileField
from home.accounts.models import User
from service_requests.records.services import service_names
from service_requests.wizard.claiming import HasOne, claim_for_account
from service_requests.wizard.drafts import open_draft
from service_requests.wizard.journey import Journey
from service_requests.wizard.links import LinkNotSent, draft_of, link_of, open_draft_of, send_link
from service_requests.wizard.models import Draft, Stash
from service_requests.wizard.offers import Offer, offer_of, office_slug
from service_requests.wizard.refusals import step_address
from service_requests.wizard.uploads import attachments_of
from service_requests.wizard.visiting import applying, asked_to_confirm, language_now, person_of, see_other

# What the code that proves a guest's mobile is asked for.
PROVE = "guest"
CHECK = "check"


class GuestForm(forms.Form):
    """Nothing but the check against programs."""

    check = ProofField(in_words=True)


class MobileOfTheBody(MobileField):
    """A mobile, read as in the country of the body that offers the service."""

    country = settings.HOME_COUNTRY

    def to_python(self, value: Any) -> str:
        typed = forms.CharField.to_python(self, value)
        return parse_phone(typed, self.country, mobile_only=True) if typed else ""


class ContactForm(AccountForm):
    """Who applies and where he is reached; the name only where the form does not ask for it."""

    full_name = LineField(
        label=gettext_lazy("Full name"),
        max_length=200,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "name"}),
        error_messages={"required": gettext_lazy("Write your name")},
    )
    mobile = MobileOfTheBody(
        label=gettext_lazy("Mobile"),
        help_text=gettext_lazy("We send a code to it now, and later what becomes of your request."),
        error_messages={"required": gettext_lazy("Write your mobile number")},
    )

    def __init__(self, *args: Any, country: str, asks_name: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mobile"].country = country  # type: ignore[attr-defined]  # MobileOfTheBody
        if not asks_name:
            del self.fields["full_name"]
        self.dress()


class CodeForm(AccountForm):
    """The six digits of the message."""

    code = CodeField()


# -- the way in


def way_in(http: HttpRequest, slug: str) -> HttpResponseBase:
    """With an account or without one, where both are possible; else the sign-in, the national one where only that
    opens the service.
    """
    if "/" in slug:
        return redirect_to_login(http.path)
    offer = offer_of(slug, language_now())
    if offer.service.is_suspended:
        return redirect(offer.page_url)
    if offer.service.requires_national_sign_in:
        return redirect(asked_to_confirm(http, offer.service, http.path))
    if not offer.service.is_for_guests or offer.live is None:
        return redirect_to_login(http.path)
    return _way_in(http, offer, GuestForm())


def _way_in(http: HttpRequest, offer: Offer, form: GuestForm, *, status: int = 200) -> HttpResponse:
    refusal = form.errors.as_data()[CHECK][0] if form.errors else None
    context = {
        "offer": offer,
        "body": offer.body,
        "title": _("How do you want to apply?"),
        "check": CheckPart(FieldSpec(key=CHECK, type=Captcha.key, label={}), CHECK, refusal),
        "sign_in": redirect_to_login(reverse("apply:start", args=[offer.slug])).url,
    }
    return render(http, "pages/apply/way_in.html", context, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
def begin(http: HttpRequest, slug: str) -> HttpResponseBase:
    """Go on without an account: a guest of this session, once the check was passed.

    A session that has one keeps him, and with him what he has begun: the way in may stand in a second tab.
    """
    there = reverse("apply:start", args=[slug])
    offer = offer_of(slug, language_now())
    is_known = guests.at_the_keyboard(http) is not None
    if http.method == "GET" or is_known or not offer.service.is_for_guests or offer.live is None:
        return see_other(there)
    form = GuestForm(http.POST)
    if form.is_valid() and form.cleaned_data[CHECK].in_words:
        try:
            spend_answer(http, APPLYING)
        except NoAnswerTaken as refusal:
            form.add_error(CHECK, ValidationError(refusal.words, code=WORDS))
            return _way_in(http, offer, form, status=429)
    if not form.is_valid():
        return _way_in(http, offer, form, status=422)
    guests.admit(http, guests.new_guest())
    return see_other(there)


@never_cache
@require_http_methods(["GET", "POST"])
def leave(http: HttpRequest) -> HttpResponseBase:
    """Forget in this browser that somebody was here."""
    if http.method == "POST" and guests.guest_of(http) is not None:
        guests.leave(http)
        messages.success(http, _("You have left. Nobody who uses this browser now sees your application."))
    return redirect(f"/{language_now()}/")


# -- the link


@applying
@require_http_methods(["GET", "POST"])
def link(http: HttpRequest, offer: Offer) -> HttpResponse:
    """The link of the draft that he is writing, to keep; a POST sends it to the mobile he has proved."""
    guest = person_of(http)
    draft = open_draft(guest, offer.service)
    if draft is None or not offer.is_of_a_guest:
        if offer.is_of_a_guest:
            messages.info(http, _("Nothing is kept yet. Fill in this page first; then you get a link to come back by."))
        return redirect("apply:start", slug=offer.slug)
    if http.method == "POST":
        try:
            send_link(http, draft, language_now())
            messages.success(http, _("The link is on its way to your mobile."))
        except LinkNotSent as refusal:
            messages.warning(http, refusal.words)
        return see_other(http.path)
    context = {
        "offer": offer,
        "body": offer.body,
        "title": _("Come back to your application later"),
        "mobile": guest.mobile_masked if guest.mobile_is_proved else "",
        "link": http.build_absolute_uri(link_of(draft)),
    }
    return render(http, "pages/apply/link.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def resume(http: HttpRequest, mark: str) -> HttpResponseBase:
    """Asks before it opens; a POST makes this session the guest's, or the draft one of the account."""
    draft = draft_of(mark)
    if http.method == "POST" and isinstance(http.user, User):
        # Pressed twice, or in a second tab: it is his already.
        draft = draft or open_draft_of(mark, applicant=http.user)
        if draft and _is_his(http, draft, http.user):
            return see_other(_where_he_was(draft))
    elif http.method == "POST" and draft:
        guests.admit(http, draft.applicant)
        return see_other(_where_he_was(draft))
    title = _("Go on with your application") if draft else _("This link leads nowhere any more")
    service = service_names([draft.service_id])[draft.service_id] if draft else ""
    context = {"title": title, "draft": draft, "service": service, "mark": mark}
    return render(http, "pages/apply/resume.html", context, status=200 if draft else 404)


def _is_his(http: HttpRequest, draft: Draft, person: User) -> bool:
    """Whether the draft is the account's now; where not, the next page says why."""
    if draft.applicant_id == person.pk:
        return True
    try:
        kept = claim_for_account(draft, person)
    except HasOne:
        messages.warning(
            http,
            _("Your account has a draft of this service already. Send or delete that one first; this one is not lost."),
        )
        return False
    if kept:
        draft.applicant = person
        messages.success(http, _("The application is in your account now. The link does not open it any more."))
    return kept


def _where_he_was(draft: Draft) -> str:
    """To what he typed last and could not save, or to where he stands."""
    slug = office_slug(None, draft.service.slug)
    kept = Stash.objects.filter(person=draft.applicant, service=draft.service, created_at__gt=draft.updated_at)
    last = kept.exclude(step_key__contains=".").order_by("-created_at").first()
    return step_address(slug, last) if last else reverse("apply:start", args=[slug])


# -- the mobile


@sensitive_post_parameters("code")
@applying
@require_http_methods(["GET", "POST"])
def mobile(http: HttpRequest, offer: Offer) -> HttpResponse:
    """Before sending: who he is, the number, then the code; from there back to the answers, which he sends."""
    guest = person_of(http)
    draft = open_draft(guest, offer.service)
    if draft is None or not offer.is_of_a_guest:
        return redirect("apply:start", slug=offer.slug)
    journey = Journey(draft.form_version.value, draft.data, attachments_of(draft))
    told = {field_type(field.type).known_as: journey.answers.get(field.key) for field in journey.spec.fields()}
    action = http.POST.get("do", "")
    waiting = codes.waiting_for(http, PROVE)
    if action == "other":
        codes.forget(http, PROVE)
        return see_other(http.path)
    if waiting is not None and waiting.code and action != "send":
        return _take_code(http, offer, guest, waiting, is_whole=journey.first_open is None)
    form = ContactForm(
        http.POST if action == "send" else None,
        country=offer.organisation.country,
        asks_name=not told.get("full_name"),
        initial={"full_name": guest.full_name, "mobile": told.get("mobile") or guest.mobile},
    )
    if action == "send" and form.is_valid():
        guest.full_name = form.cleaned_data.get("full_name", guest.full_name)
        User.objects.filter(pk=guest.pk).update(full_name=guest.full_name)
        try:
            codes.send_code(http, PROVE, form.cleaned_data["mobile"], about=str(guest.public_id))
            return see_other(http.path)
        except codes.NoCodeSent as refusal:
            form.add_error("mobile", refusal.words)
    return _contact(http, offer, form)


def _contact(http: HttpRequest, offer: Offer, form: ContactForm) -> HttpResponse:
    title = _("Your mobile, before you send")
    context = {"offer": offer, "body": offer.body, "title": title, "form": form}
    return render(http, "pages/apply/mobile.html", context, status=422 if form.errors else 200)


def _take_code(http: HttpRequest, offer: Offer, guest: User, waiting: codes.Waiting, *, is_whole: bool) -> HttpResponse:
    """The page that asks for the code, and what is done with it: half-way it is for the link that he came."""
    form = CodeForm(http.POST if http.POST.get("do") == "check" else None)
    form.dress()
    if http.POST.get("do") == "again":
        try:
            codes.send_again(http, PROVE)
            messages.success(http, _("Another code is on its way."))
        except codes.NoCodeSent as refusal:
            messages.warning(http, refusal.words)
        return see_other(http.path)
    if form.is_bound and form.is_valid():
        try:
            proof = codes.check_code(http, PROVE, form.cleaned_data["code"])
        except codes.WrongCode as refusal:
            form.add_error("code", refusal.words)
        else:
            if proof.about != str(guest.public_id):
                # Another guest of the same browser asked for it.
                return see_other(http.path)
            guest.prove_mobile(proof.mobile)
            guest.save(update_fields=["mobile", "proved_mobile", "mobile_proved_at"])
            if not is_whole:
                messages.success(http, _("Your mobile is proved. The link can be sent to it now."))
                return see_other(reverse("apply:link", args=[offer.slug]))
            messages.success(http, _("Your mobile is proved. Check your answers and send them."))
            return see_other(reverse("apply:review", args=[offer.slug]))
    context = {
        "offer": offer,
        "body": offer.body,
        "title": _("Write the code of the message"),
        "form": form,
        "waiting": waiting,
        "read_in_the_outbox": settings.OUTBOX_FOR_EVERYONE,
    }
    return render(http, "pages/apply/code.html", context, status=422 if form.errors else 200)
