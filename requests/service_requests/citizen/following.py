"""Following what was sent without an account: number, phone, and a code to that phone.

Every miss is answered like a hit: a number of nobody, another one's phone, a request that has an account behind it.
Who brings the code back holds the session of the guest, and sees what that guest sent.
"""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from cms.arabic import digits, storable
from cms.phones import country_of, parse_phone
from home.accounts import codes, guests
from home.accounts.fields import AccountForm, CodeField, LineField
from service_requests.citizen.refusals import KEPT
from service_requests.records.models import ServiceRequest
from service_requests.wizard.models import Stash

FOLLOW = "follow"
LONGEST_NUMBER = 40


class FollowForm(AccountForm):
    """What is on the confirmation, and the mobile that was proved when it was sent."""

    number = LineField(
        label=gettext_lazy("Request number"),
        max_length=LONGEST_NUMBER,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off", "autocapitalize": "characters"}),
        error_messages={"required": gettext_lazy("Write the request number")},
    )
    mobile = LineField(
        label=gettext_lazy("Mobile"),
        max_length=20,
        help_text=gettext_lazy("The one you gave when you sent the request."),
        widget=forms.TextInput(attrs={"dir": "ltr", "inputmode": "tel", "autocomplete": "tel"}),
        error_messages={"required": gettext_lazy("Write your mobile number")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dress()

    def clean_number(self) -> str:
        return digits(storable(self.cleaned_data["number"])).replace(" ", "").upper()

    def clean_mobile(self) -> list[str]:
        """Every number that this may be: bodies of several countries are served, and people leave the prefix out."""
        found: list[str] = []
        for country in (settings.HOME_COUNTRY, *settings.SMS_COUNTRIES):
            try:
                read = parse_phone(self.cleaned_data["mobile"], country, mobile_only=True)
            except ValidationError:
                continue
            if read not in found:
                found.append(read)
        if not found:
            raise ValidationError(_("Write the mobile number with its digits only"))
        # Of several countries the one that no text message goes to is not meant, whoever is known.
        return [mobile for mobile in found if country_of(mobile) in settings.SMS_COUNTRIES] or found


class CodeForm(AccountForm):
    """The six digits of the message."""

    code = CodeField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dress()


@never_cache
@require_http_methods(["GET", "POST"])
def follow(http: HttpRequest) -> HttpResponse:
    """Ask for number and phone; a POST sends a code where both belong together, and says the same where not."""
    if http.user.is_authenticated:
        messages.info(http, _("You are signed in: your requests stand here. Sign out to follow one sent without it."))
        return redirect("my_requests:list")
    form = FollowForm(http.POST if http.method == "POST" else None)
    if form.is_bound and form.is_valid():
        found = _sent_by_a_guest(form.cleaned_data["number"], form.cleaned_data["mobile"])
        readings = form.cleaned_data["mobile"]
        mobile = found.applicant.proved_mobile if found else readings[0]
        about = str(found.public_id) if found else ""
        try:
            codes.send_code(http, FOLLOW, mobile, about=about, reaches=found is not None, alike=readings)
            return redirect("my_requests:follow_code")
        except codes.NoCodeSent as refusal:
            form.add_error("mobile", refusal.words)
    status = 422 if form.errors else 200
    return render(http, "pages/requests/follow.html", {"form": form}, status=status)


@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "POST"])
def follow_code(http: HttpRequest) -> HttpResponse:
    """Ask for the code; with the right one, to the request."""
    waiting = codes.waiting_for(http, FOLLOW)
    if waiting is None or http.user.is_authenticated:
        return redirect("my_requests:follow")
    if http.POST.get("do") == "again":
        try:
            codes.send_again(http, FOLLOW)
            messages.success(http, _("If number and mobile belong together, another code is on its way."))
        except codes.NoCodeSent as refusal:
            messages.warning(http, refusal.words)
        return redirect("my_requests:follow_code")
    form = CodeForm(http.POST if http.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            proof = codes.check_code(http, FOLLOW, form.cleaned_data["code"])
        except codes.WrongCode as refusal:
            form.add_error("code", refusal.words)
        else:
            return _opened(http, proof)
    status = 422 if form.errors else 200
    context = {"form": form, "waiting": waiting, "read_in_the_outbox": settings.OUTBOX_FOR_EVERYONE}
    return render(http, "pages/requests/follow_code.html", context, status=status)


def _sent_by_a_guest(number: str, mobiles: list[str]) -> ServiceRequest | None:
    sent = ServiceRequest.objects.filter(number=number, applicant__is_guest=True)
    return sent.filter(applicant__proved_mobile__in=mobiles).select_related("applicant").first()


def _opened(http: HttpRequest, proof: codes.Proof) -> HttpResponse:
    """This session is the guest's; what he typed before his last visit ended is shown again."""
    sent = ServiceRequest.objects.filter(public_id=proof.about, applicant__is_guest=True).select_related("applicant")
    request = sent.filter(applicant__proved_mobile=proof.mobile).first()
    if request is None:
        return redirect("my_requests:follow")
    guests.admit(http, request.applicant)
    # A form is kept under the name of the address it was sent to.
    pages = {f"{name.partition(':')[2]}.{request.public_id}": shown_at for name, (_keep, shown_at) in KEPT.items()}
    kept = Stash.objects.filter(person=request.applicant, step_key__in=pages).last()
    there = reverse(pages[kept.step_key] if kept else "my_requests:detail", args=[request.public_id])
    return redirect(f"{there}?restore={kept.public_id}" if kept else there)
