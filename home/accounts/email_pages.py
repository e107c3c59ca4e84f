"""Pages that prove the e-mail address of an account: the letter once more, and where its link leads."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from home.accounts.budgets import Spent, spend_link
from home.accounts.codes import how_long
from home.accounts.email_proof import person_of, prove
from home.accounts.outbox import write_link
from home.accounts.sign_in import signed_in


def too_many_links(spent: Spent) -> str:
    """Why no other letter goes out now, and until when."""
    return _("Too many links were sent for your account. Try again in %(wait)s") % {"wait": how_long(spent.until)}


class SendLinkView(LoginRequiredMixin, View):
    """The link once more, to the address in the account."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        person = signed_in(request)
        if person.email and not person.email_is_proved:
            try:
                with transaction.atomic():
                    spend_link(person)
                    write_link(person)
                messages.success(request, _("A link is on its way to your e-mail address. Open it within a day."))
            except Spent as spent:
                messages.error(request, too_many_links(spent))
        return HttpResponseRedirect(reverse("account_profile"))


@method_decorator(never_cache, name="dispatch")
class ConfirmEmailView(TemplateView):
    """Behind the link. A press of the button proves the address: programs that look into letters only open links.

    Nobody needs to be signed in, and the page names nobody: the letter may have gone to a stranger.
    """

    template_name = "account/email_confirm.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person = person_of(kwargs["uidb36"], kwargs["key"])
        is_done = person is not None and person.email_is_proved
        return super().get_context_data(**kwargs) | {"is_good": person is not None, "is_done": is_done}

    def post(self, request: HttpRequest, uidb36: str, key: str) -> HttpResponse:
        person = person_of(uidb36, key)
        if person is None:
            return self.get(request, uidb36=uidb36, key=key)
        prove(person)
        messages.success(request, _("The e-mail address is confirmed."))
        return HttpResponseRedirect(reverse("account_profile" if request.user.is_authenticated else "account_login"))
