"""Pages of an account. Sign-in, passwords and sign-out are allauth's, in our look and with our limits."""

from typing import Any, cast

from allauth.account import views as stock
from allauth.account.mixins import NextRedirectMixin, RedirectAuthenticatedUserMixin
from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView, TemplateView

from cms.phones import national
from home.accounts.forms import DetailsForm, RegistrationForm
from home.accounts.models import User
from home.accounts.national.views import way_in
from home.accounts.registration import register
from home.accounts.sign_in import landing, may_enter_the_desk, own_requests

TOO_MANY_REQUESTS = 429


def signed_in(request: HttpRequest) -> User:
    """Whose session it is; only for pages that ask for sign-in."""
    return cast(User, request.user)


class SignInView(stock.LoginView):
    """The one door: also behind /admin/login/ and Wagtail's page for private pages."""

    def get_success_url(self) -> str:
        person = self._person()
        wanted = self.get_next_url()
        if not wanted:
            return landing(person)
        if wanted.startswith(reverse("wagtailadmin_home")) and not may_enter_the_desk(person):
            # Wagtail would send a citizen back here, and round again.
            messages.warning(self.request, _("The staff area is open to staff only. These are your own pages."))
            return landing(person)
        return wanted

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "national": way_in(self.get_next_url() or ""),
            "national_is_a_test": settings.NATIONAL_STAND_IN,
        }

    def _person(self) -> User:
        """Who is coming in: just recognised by the form, or signed in already."""
        user = self.get_form().user if self.request.method == "POST" else None
        return user or signed_in(self.request)


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
        register(form.registration())
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
        messages.success(
            self.request,
            _("Your registration has arrived. Sign in with your identity number and the password you chose."),
        )
        return self.passthrough_next_url(reverse("account_login"))


@method_decorator(never_cache, name="dispatch")
class ProfileView(LoginRequiredMixin, TemplateView):
    """ "My account": who I am, where messages reach me, and the ways on."""

    template_name = "account/profile.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person = signed_in(self.request)
        return super().get_context_data(**kwargs) | {
            "mobile": national(person.mobile),
            "own_requests": own_requests(),
            "desk": reverse("wagtailadmin_home") if may_enter_the_desk(person) else "",
        }


@method_decorator(sensitive_post_parameters("password"), name="dispatch")
@method_decorator(never_cache, name="dispatch")
class DetailsView(LoginRequiredMixin, FormView[DetailsForm]):
    template_name = "account/details.html"
    form_class = DetailsForm
    success_url = reverse_lazy("account_profile")

    def get_form_kwargs(self) -> dict[str, Any]:
        # A copy of its own: what is refused must not show in the header of the page.
        return super().get_form_kwargs() | {"person": User.objects.get(pk=signed_in(self.request).pk)}

    def form_valid(self, form: DetailsForm) -> HttpResponse:
        form.save()
        messages.success(self.request, _("Your details have been saved."))
        return super().form_valid(form)
