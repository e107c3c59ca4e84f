"""Pages of an account. Sign-in, passwords and sign-out are allauth's, in our look and with our limits."""

from typing import Any

from allauth.account import views as stock
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView, TemplateView

from cms.phones import national
from home.accounts.budgets import Spent
from home.accounts.email_pages import too_many_links
from home.accounts.forms import EmailForm
from home.accounts.known import confirmed_answers
from home.accounts.models import User
from home.accounts.national.views import way_in
from home.accounts.sign_in import destination, may_enter_the_desk, signed_in


class SignInView(stock.LoginView):
    """The one door: also behind /admin/login/ and Wagtail's page for private pages."""

    def get_success_url(self) -> str:
        return destination(self.request, self._person(), self.get_next_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "code_url": self.passthrough_next_url(reverse("account_login_code")),
            "national": way_in(self.get_next_url() or ""),
            "national_is_a_test": settings.NATIONAL_STAND_IN,
        }

    def _person(self) -> User:
        """Who is coming in: just recognised by the form, or signed in already."""
        user = self.get_form().user if self.request.method == "POST" else None
        return user or signed_in(self.request)


class PasswordFirst(LoginRequiredMixin):
    """Mixed into pages that ask for the current password: who has none yet (he came by a code, by the national
    sign-in or by the window) chooses one first."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not request.user.has_usable_password():
            messages.info(request, _("Choose a password first. It protects what you change here."))
            return HttpResponseRedirect(reverse("account_set_password"))
        return super().dispatch(request, *args, **kwargs)


@method_decorator(never_cache, name="dispatch")
class ProfileView(LoginRequiredMixin, TemplateView):
    """ "My account": who I am, where messages reach me, and the ways on."""

    template_name = "account/profile.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person = signed_in(self.request)
        return super().get_context_data(**kwargs) | {
            "mobile": national(person.mobile),
            "confirmed": confirmed_answers(person),
            "desk": reverse("wagtailadmin_home") if may_enter_the_desk(person) else "",
        }


@method_decorator(sensitive_post_parameters("password"), name="dispatch")
@method_decorator(never_cache, name="dispatch")
class DetailsView(PasswordFirst, FormView[EmailForm]):
    """The e-mail address. The mobile is changed with a code (home.accounts.by_code)."""

    template_name = "account/details.html"
    form_class = EmailForm
    success_url = reverse_lazy("account_profile")

    def get_form_kwargs(self) -> dict[str, Any]:
        # A copy of its own: what is refused must not show in the header of the page.
        return super().get_form_kwargs() | {"person": User.objects.get(pk=signed_in(self.request).pk)}

    def form_valid(self, form: EmailForm) -> HttpResponse:
        try:
            form.save()
        except Spent as spent:
            form.add_error("email", too_many_links(spent))
            return self.form_invalid(form)
        if form.person.email and not form.person.email_is_proved:
            messages.success(self.request, _("The address is saved. Open the link that we have sent to it."))
        else:
            messages.success(self.request, _("Your details have been saved."))
        return super().form_valid(form)
