"""Rate the service after the answer, and fill in the survey; the form stands on the page of the request."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cms.arabic import clean
from home.accounts.guests import at_the_keyboard
from home.accounts.models import User
from service_requests.citizen import setting_aside
from service_requests.citizen.afterwards import afterwards
from service_requests.feedback.models import LONGEST_COMMENT, MOST, Rating
from service_requests.feedback.rating import NotRated, Survey, rate
from service_requests.records.models import ServiceRequest
from service_requests.records.scope import own_requests
from service_requests.records.services import service_names
from service_requests.wizard.models import Stash

_SCALE = [(str(number), str(number)) for number in range(1, MOST + 1)]
_NUMBER = gettext_lazy("Choose a number from 1 to 5")


class RatingForm(forms.Form):
    """The stars are asked for, the rest is a favour."""

    stars = forms.ChoiceField(
        choices=_SCALE,
        error_messages={
            "required": gettext_lazy("Choose from one to five stars"),
            "invalid_choice": gettext_lazy("Choose from one to five stars"),
        },
    )
    solved = forms.ChoiceField(
        choices=Rating.Solved.choices,
        required=False,
        error_messages={"invalid_choice": gettext_lazy("Choose one of the answers")},
    )
    ease = forms.TypedChoiceField(
        choices=_SCALE, coerce=int, empty_value=None, required=False, error_messages={"invalid_choice": _NUMBER}
    )
    staff = forms.TypedChoiceField(
        choices=_SCALE, coerce=int, empty_value=None, required=False, error_messages={"invalid_choice": _NUMBER}
    )
    comment = forms.CharField(
        max_length=LONGEST_COMMENT,
        required=False,
        error_messages={"max_length": gettext_lazy("Shorten your comment to 1,000 characters")},
    )

    def clean_comment(self) -> str:
        return clean(self.cleaned_data["comment"], multiline=True)

    def survey(self) -> Survey:
        """What was filled in, once it is valid."""
        given = self.cleaned_data
        return Survey(int(given["stars"]), given["solved"], given["ease"], given["staff"], given["comment"])


@never_cache
@require_http_methods(["GET", "POST"])
def rate_service(http: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Keep the rating. What was wrong is shown again with all that was chosen."""
    person = at_the_keyboard(http)
    if person is None:
        kept = put_aside(http, public_id) if http.method == "POST" else None
        return setting_aside.ask_to_sign_in(http, kept, http.path)
    related = ("service", "department__organisation", "organisation", "parent")
    request = get_object_or_404(own_requests(person).select_related(*related), public_id=public_id)
    if http.method == "GET":
        typed = setting_aside.restored(person, _place(request), http.GET.get("restore", ""))
        return _page(
            http, request, person, RatingForm(initial={name: texts[0] for name, texts in typed.items() if texts})
        )
    form = RatingForm(http.POST)
    if not form.is_valid():
        return _page(http, request, person, form)
    try:
        rate(request, form.survey())
    except NotRated as why:
        messages.info(http, str(why))
    else:
        messages.success(http, _("Thank you for your rating."))
    setting_aside.forget(person, _place(request))
    return redirect("my_requests:detail", public_id)


def put_aside(http: HttpRequest, public_id: uuid.UUID) -> Stash | None:
    """Keep a rating that cannot be sent now; None when the page was shown to somebody else."""
    shown = setting_aside.shown_to(http, public_id)
    if shown is None:
        return None
    person, request = shown
    return setting_aside.put_aside(person, request, _place(request), http.POST, RatingForm.base_fields)


def _page(http: HttpRequest, request: ServiceRequest, person: User, form: RatingForm) -> HttpResponse:
    errors: list[dict[str, Any]] = [
        {"target": f"rating-{name}", "message": str(said[0])} for name, said in form.errors.items()
    ]
    context = {
        "case": request,
        "service": service_names([request.service_id]).get(request.service_id, ""),
        "after": afterwards(request, person),
        "form": form,
        "errors": errors,
    }
    return render(http, "pages/requests/rate.html", context, status=422 if errors else 200)


def _place(request: ServiceRequest) -> str:
    return f"rate.{request.public_id}"
