"""Pages that end in a code: opening an account, coming in, renewing a password, changing the mobile.

Each is a page that asks for a code and one that takes it (home.accounts.steps). The first gives the same answer, and
does the same work, whether or not anybody is known by what was typed.
"""

from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any

from allauth.account.internal import flows
from allauth.account.mixins import NextRedirectMixin, RedirectAuthenticatedUserMixin
from allauth.account.models import Login
from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.dateparse import parse_datetime
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView

from home.accounts.codes import Proof
from home.accounts.forms import (
    CorrectMobileForm,
    FirstPasswordForm,
    MobileAndIdentityForm,
    MobileForm,
    RegistrationForm,
)
from home.accounts.models import MessageKind, User
from home.accounts.outbox import tell_by_sms, tell_of_another_mobile
from home.accounts.registration import Registration, register
from home.accounts.sign_in import destination, landing, signed_in
from home.accounts.steps import CodeStepView, ask_for_code
from home.accounts.views import PasswordFirst

TOO_MANY_REQUESTS = 429
REGISTER, SIGN_IN, RENEW, CHANGE_MOBILE = "register", "sign_in", "renew", "mobile"
# In the session: what is being registered, and whose password may be chosen anew.
REGISTRATION = "registration"
RENEWING = "renewing"
# After the right code: time to think of a password.
TIME_TO_CHOOSE = timedelta(minutes=15)


def come_in(http: HttpRequest, person: User, wanted: str | None) -> HttpResponse:
    """Sign somebody in whom a code has proved; what else is asked of him (a second factor) is asked by allauth."""
    flows.login.record_authentication(http, person, method="code")
    return flows.login.perform_login(http, Login(user=person, redirect_url=destination(http, person, wanted)))


# --- Opening an account ---------------------------------------------------------------------------------


class RegistrationView(RedirectAuthenticatedUserMixin, NextRedirectMixin, FormView[RegistrationForm]):
    template_name = "account/signup.html"
    form_class = RegistrationForm

    @method_decorator(sensitive_post_parameters("password1", "password2"))
    @method_decorator(never_cache)
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"login_url": self.passthrough_next_url(reverse("account_login"))}

    def get_authenticated_redirect_url(self) -> str:
        return self.get_next_url() or landing(signed_in(self.request))

    def form_valid(self, form: RegistrationForm) -> HttpResponse:
        # Only what would open an account is counted: behind one address there may be many people who mistype.
        if not ratelimit.consume(self.request, action="signup"):
            return self._too_many(form)
        registration = form.registration()
        self.request.session[REGISTRATION] = asdict(registration)
        ask_for_code(self.request, REGISTER, registration.mobile)
        return super().form_valid(form)

    def _too_many(self, form: RegistrationForm) -> HttpResponse:
        """The form again, with what was typed."""
        form.add_error(
            None,
            _("Too many accounts were opened from this connection. Wait ten minutes, then press the button again"),
        )
        response = self.form_invalid(form)
        response.status_code = TOO_MANY_REQUESTS
        return response

    def get_success_url(self) -> str:
        return self.passthrough_next_url(reverse("account_signup_code"))


class RegistrationCodeView(CodeStepView):
    """The account comes into being here, and only here."""

    purpose = REGISTER
    start = "account_signup"
    correct = "account_signup_mobile"

    def proved(self, proof: Proof) -> HttpResponse:
        kept = self.request.session.pop(REGISTRATION, None)
        if kept is None:
            return HttpResponseRedirect(self.passthrough_next_url(self.start_url()))
        register(replace(Registration(**kept), mobile=proof.mobile))
        messages.success(
            self.request,
            _("Your registration has arrived. Sign in with your identity number and the password you chose."),
        )
        if kept["email"]:
            messages.info(
                self.request, _("A link is on its way to your e-mail address. Open it to confirm the address.")
            )
        return HttpResponseRedirect(self.passthrough_next_url(reverse("account_login")))


@method_decorator(never_cache, name="dispatch")
class RegistrationMobileView(NextRedirectMixin, FormView[CorrectMobileForm]):
    """The mobile was mistyped: corrected before there is an account, with all else as it was typed."""

    template_name = "account/signup_mobile.html"
    form_class = CorrectMobileForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if REGISTRATION not in request.session:
            return HttpResponseRedirect(self.passthrough_next_url(reverse("account_signup")))
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        return {"mobile": self.request.session[REGISTRATION]["mobile"]}

    def form_valid(self, form: CorrectMobileForm) -> HttpResponse:
        mobile = form.cleaned_data["mobile"]
        self.request.session[REGISTRATION] = self.request.session[REGISTRATION] | {"mobile": mobile}
        ask_for_code(self.request, REGISTER, mobile)
        return HttpResponseRedirect(self.passthrough_next_url(reverse("account_signup_code")))


# --- Coming in, and renewing a password -----------------------------------------------------------------


class AskByNumbersView(RedirectAuthenticatedUserMixin, NextRedirectMixin, FormView[MobileAndIdentityForm]):
    """Mobile and identity number; a code goes to the mobile if they are one person's, and nobody learns whether."""

    form_class = MobileAndIdentityForm
    purpose: str
    code_page: str

    @method_decorator(never_cache)
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return super().dispatch(request, *args, **kwargs)

    def get_authenticated_redirect_url(self) -> str:
        return self.get_next_url() or landing(signed_in(self.request))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"login_url": self.passthrough_next_url(reverse("account_login"))}

    def form_valid(self, form: MobileAndIdentityForm) -> HttpResponse:
        person = form.person()
        ask_for_code(
            self.request,
            self.purpose,
            form.cleaned_data["mobile"],
            about=str(person.pk) if person else "",
            reaches=person is not None,
        )
        return HttpResponseRedirect(self.passthrough_next_url(reverse(self.code_page)))


class ComeInView(AskByNumbersView):
    template_name = "account/login_code.html"
    purpose = SIGN_IN
    code_page = "account_login_code_confirm"


class ComeInCodeView(CodeStepView):
    purpose = SIGN_IN
    start = "account_login_code"
    sent_to_whom_it_may = True

    def proved(self, proof: Proof) -> HttpResponse:
        person = proved_person(proof)
        if person is None:
            return refused(self.request, reverse(self.start))
        return come_in(self.request, person, self.get_next_url())


class RenewView(AskByNumbersView):
    template_name = "account/password_renew.html"
    purpose = RENEW
    code_page = "account_renew_password_code"


class RenewCodeView(CodeStepView):
    purpose = RENEW
    start = "account_renew_password"
    sent_to_whom_it_may = True

    def proved(self, proof: Proof) -> HttpResponse:
        person = proved_person(proof)
        if person is None:
            return refused(self.request, reverse(self.start))
        until = timezone.now() + TIME_TO_CHOOSE
        self.request.session[RENEWING] = {
            "person": person.pk,
            "until": until.isoformat(),
            # What the proof was of: with another mobile or another password it opens nothing any more.
            "mobile": person.mobile,
            "as": person.get_session_auth_hash(),
        }
        return HttpResponseRedirect(self.passthrough_next_url(reverse("account_renew_password_new")))


@method_decorator(sensitive_post_parameters("password1", "password2"), name="dispatch")
@method_decorator(never_cache, name="dispatch")
class RenewedPasswordView(NextRedirectMixin, FormView[FirstPasswordForm]):
    """Behind the right code: the new password, and in. Every other session of the account ends by that."""

    template_name = "account/password_renew_new.html"
    form_class = FirstPasswordForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        person = _renewing(request)
        if person is None:
            messages.info(request, _("Begin again: this page was open for too long"))
            return HttpResponseRedirect(reverse("account_renew_password"))
        self.person = person
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.person}

    def form_valid(self, form: FirstPasswordForm) -> HttpResponse:
        del self.request.session[RENEWING]
        with transaction.atomic():
            form.save()
            tell_by_sms(MessageKind.PASSWORD_RENEWED, self.person.mobile)
        messages.success(self.request, _("Your password has been changed."))
        return come_in(self.request, self.person, self.get_next_url())


def proved_person(proof: Proof) -> User | None:
    """Whose account the proof opens; nobody's when it was closed, or its mobile changed, since the code was sent.

    A number that a clerk wrote down is proved by this.
    """
    person = User.objects.filter(pk=proof.about, mobile=proof.mobile, is_active=True).first()
    if person is None or not person.receives_codes:
        return None
    if not person.mobile_is_proved:
        person.prove_mobile(proof.mobile)
        person.save(update_fields=["mobile", "proved_mobile", "mobile_proved_at"])
    return person


def refused(http: HttpRequest, start: str) -> HttpResponse:
    """The account is no longer what it was when the code was sent."""
    messages.error(http, _("This did not work. Check both numbers and begin again"))
    return HttpResponseRedirect(start)


def _renewing(http: HttpRequest) -> User | None:
    kept = http.session.get(RENEWING)
    until = parse_datetime(kept["until"]) if kept else None
    if not kept or until is None or until <= timezone.now():
        return None
    person = User.objects.filter(pk=kept["person"], mobile=kept.get("mobile", ""), is_active=True).first()
    if person is None or not constant_time_compare(kept.get("as", ""), person.get_session_auth_hash()):
        # Another holds the account by now, or has renewed the password meanwhile.
        return None
    if http.user.is_authenticated and http.user != person:
        # Somebody else has sat down since: what was proved before him is not his.
        return None
    return person


# --- The mobile of the account --------------------------------------------------------------------------


@method_decorator(sensitive_post_parameters("password"), name="dispatch")
@method_decorator(never_cache, name="dispatch")
class MobileView(PasswordFirst, FormView[MobileForm]):
    template_name = "account/mobile.html"
    form_class = MobileForm

    def get_form_kwargs(self) -> dict[str, Any]:
        # A copy of its own: what is refused must not show in the header of the page.
        return super().get_form_kwargs() | {"person": User.objects.get(pk=signed_in(self.request).pk)}

    def form_valid(self, form: MobileForm) -> HttpResponse:
        person = str(signed_in(self.request).pk)
        ask_for_code(self.request, CHANGE_MOBILE, form.cleaned_data["mobile"], about=person)
        return HttpResponseRedirect(reverse("account_mobile_code"))


class MobileCodeView(LoginRequiredMixin, CodeStepView):
    """The number is the account's from here on; the number that was and the one that is are both told."""

    purpose = CHANGE_MOBILE
    start = "account_mobile"

    def proved(self, proof: Proof) -> HttpResponse:
        person = User.objects.get(pk=signed_in(self.request).pk)
        if proof.about != str(person.pk):
            return refused(self.request, reverse(self.start))
        before = person.mobile
        person.prove_mobile(proof.mobile)
        with transaction.atomic():
            person.save(update_fields=["mobile", "proved_mobile", "mobile_proved_at"])
            tell_of_another_mobile(person, before)
        messages.success(self.request, _("Your mobile number is proved."))
        return HttpResponseRedirect(reverse("account_profile"))
