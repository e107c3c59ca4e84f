"""The page on which a person types the code that was sent to his mobile. One for all purposes.

    class FollowCodeView(CodeStepView):
        purpose = "follow"
        start = "requests:follow"

        def proved(self, proof: Proof) -> HttpResponse: ...

The page before it calls `ask_for_code` and leads here. It works without a script; with one the time to wait is
counted down.
"""

from typing import Any

from allauth.account.mixins import NextRedirectMixin
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView

from cms.phones import national
from home.accounts.codes import (
    NoCodeSent,
    Proof,
    WrongCode,
    check_code,
    send_again,
    send_code,
    waiting_for,
)
from home.accounts.fields import AccountForm, CodeField


class CodeForm(AccountForm):
    """Six digits."""

    code = CodeField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dress()


def ask_for_code(http: HttpRequest, purpose: str, mobile: str, *, about: str = "", reaches: bool = True) -> None:
    """Send a code; where it cannot be sent now, the page of the code will say so and how long to wait.

    Nothing typed before is lost: the way goes on to that page in both cases.
    """
    try:
        send_code(http, purpose, mobile, about=about, reaches=reaches)
    except NoCodeSent as refused:
        messages.error(http, refused.words)


class CodeStepView(NextRedirectMixin, FormView[CodeForm]):
    """Type the code, ask for another, or turn back. What a right one is good for, a subclass says in `proved`.

    Attributes:
        purpose: which code this session waits for.
        start: name of the page that asks for it; whoever comes without having asked is led there.
        correct: name of the page on which the mobile can be corrected, where there is one besides `start`.
        sent_to_whom_it_may: whether the page must leave open that anybody gets a code.
    """

    template_name = "account/code.html"
    form_class = CodeForm
    purpose: str
    start: str
    correct: str = ""
    sent_to_whom_it_may: bool = False

    @method_decorator(sensitive_post_parameters("code"))
    @method_decorator(never_cache)
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        waiting = waiting_for(request, self.purpose)
        if waiting is None:
            messages.info(request, _("Begin again: this page was open for too long"))
            return HttpResponseRedirect(self.passthrough_next_url(self.start_url()))
        self.waiting = waiting
        return super().dispatch(request, *args, **kwargs)

    def start_url(self) -> str:
        return reverse(self.start)

    def correct_url(self) -> str:
        return reverse(self.correct) if self.correct else self.start_url()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "again" in request.POST:
            return self._again(request)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: CodeForm) -> HttpResponse:
        try:
            proof = check_code(self.request, self.purpose, form.cleaned_data["code"])
        except WrongCode as wrong:
            form.add_error("code", wrong.words)
            return self.form_invalid(form)
        return self.proved(proof)

    def proved(self, proof: Proof) -> HttpResponse:
        """What the right code is good for."""
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "waiting": self.waiting,
            "sent_to_whom_it_may": self.sent_to_whom_it_may,
            "mobile": national(self.waiting.mobile),
            "correct_url": self.passthrough_next_url(self.correct_url()),
            "read_in_the_outbox": settings.OUTBOX_FOR_EVERYONE,
        }

    def _again(self, request: HttpRequest) -> HttpResponse:
        try:
            send_again(request, self.purpose)
            messages.success(request, _("Another code is on its way."))
        except NoCodeSent as refused:
            messages.error(request, refused.words)
        return HttpResponseRedirect(self.passthrough_next_url(request.path))
