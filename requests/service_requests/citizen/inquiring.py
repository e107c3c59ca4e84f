"""Where a request stands, for whoever knows its number and, as its body wants it, the end of the applicant's mobile.

It says a state and a step: no name, nothing of what was asked or answered. Whatever does not fit gets one and the
same answer, found by the same work: nobody learns which numbers exist. How often one network may ask, and how often
may be asked about one number, is limited before anything is looked for; so are the misses of all together, for whoever
guesses from thousands of networks at thousands of numbers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from allauth.core import ratelimit
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Case, Q, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cms.arabic import compact
from forms_builder.fields.captcha import WORDS, ProofField
from forms_builder.questions import CheckPart
from forms_builder.spec import FieldSpec
from home.accounts.answers import INQUIRY, NoAnswerTaken, spend_answer
from home.accounts.budgets import Limit, Spent, Whose, take
from service_requests.citizen.looks import Badge, badge_of
from service_requests.citizen.timeline import timeline_of
from service_requests.records.models import ServiceRequest
from service_requests.records.services import service_names
from services_catalog.organisations.models import InquiryFactor, Organisation
from services_catalog.organisations.numbers import REQUESTS, Written, read_number, year_of
from services_catalog.processes.statuses import Status

# Of ACCOUNT_RATE_LIMITS: by network, and by number whoever asks.
LIMIT = "inquiry"
LAST_DIGITS = 4
# Numbers of requests are unique in a body; what offices file them under is theirs to keep apart.
_MOST_ALIKE = 10
_CHECK = FieldSpec(key="check", type="captcha", label={})
_NEXT: Mapping[str, str | Promise] = {
    Status.SUBMITTED: gettext_lazy("The office looks at it."),
    Status.IN_REVIEW: gettext_lazy("The office looks at it."),
    Status.IN_PROGRESS: gettext_lazy("The office works on it."),
    Status.OTHER_PARTY: gettext_lazy("Another body has to answer."),
    Status.WAITING_CITIZEN: gettext_lazy("Complete what is asked for: sign in, or follow the request by your mobile."),
    Status.WAITING_PAYMENT: gettext_lazy("Pay what is due."),
    Status.READY: gettext_lazy("Collect it, with your original identity document."),
    Status.COMPLETED: gettext_lazy("Read the answer: sign in, or follow the request by your mobile."),
    Status.REJECTED: gettext_lazy("Read the reason: sign in, or follow the request by your mobile."),
    Status.CANCELLED: gettext_lazy("Nothing more happens with it."),
}


@dataclass(frozen=True)
class Found:
    """What is told. Where a body asks for nothing but the number, the state is all there is."""

    number: str
    badge: Badge
    service: str = ""
    last_step: str = ""
    last_step_at: datetime | None = None
    next_step: str = ""


class InquiryForm(forms.Form):
    """The number whole, or bare with its year and its body; and the factor of that body."""

    number = forms.CharField(max_length=60, error_messages={"required": gettext_lazy("Write the number")})
    year = forms.CharField(max_length=20, required=False)
    body = forms.ModelChoiceField(
        Organisation.objects.none(),
        required=False,
        error_messages={"invalid_choice": gettext_lazy("Choose a body of the list")},
    )
    digits = forms.CharField(max_length=20, required=False)
    check = ProofField(in_words=True)

    def __init__(self, *args: Any, is_known: bool, **kwargs: Any) -> None:
        """`is_known` is whoever signed in: no program, or one with a name."""
        super().__init__(*args, **kwargs)
        bodies: Any = self.fields["body"]
        bodies.queryset = Organisation.objects.all()
        if is_known:
            del self.fields["check"]

    def clean_number(self) -> Written:
        number = read_number(self.cleaned_data["number"])
        if number is None:
            raise ValidationError(_("Write the number as in the text message, such as 67 or ABC-1448-000067"))
        return number

    def clean_year(self) -> int | None:
        typed = compact(self.cleaned_data["year"])
        if typed and not (typed.isascii() and typed.isdigit() and len(typed) == 4):
            raise ValidationError(_("Write the year in four digits, such as 1448 or 2026"))
        return int(typed) if typed else None

    def clean_digits(self) -> str:
        typed = compact(self.cleaned_data["digits"])
        if typed and not (typed.isascii() and typed.isdigit() and len(typed) == LAST_DIGITS):
            raise ValidationError(_("Write the last four digits of the mobile number"))
        return typed

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        number: Written | None = cleaned.get("number")
        if number is None or {"body", "digits"} & self.errors.keys():
            return cleaned
        body = self._body(number, cleaned.get("body"))
        if body is None and not number.prefix:
            self.add_error("body", _("Choose the body that gave you the number, or write the whole number"))
        elif (body is None or body.inquiry_factor == InquiryFactor.PHONE) and not cleaned.get("digits"):
            # Of a body that is not here too: asked is the same as of one that is.
            self.add_error("digits", _("Write the last four digits of the mobile number"))
        # However it is written, it is one number: what is counted and what is looked for are the same.
        year = number.year or cleaned.get("year") or (year_of(body, timezone.now()) if body else 0)
        return cleaned | {"body": body, "year": year}

    def _body(self, number: Written, chosen: Organisation | None) -> Organisation | None:
        bodies: Any = self.fields["body"]
        if number.prefix:
            found: Organisation | None = bodies.queryset.filter(number_prefix=number.prefix).first()
            return found
        return chosen or (bodies.queryset.get() if bodies.queryset.count() == 1 else None)


@never_cache
@require_http_methods(["GET", "POST"])
def inquire(http: HttpRequest) -> HttpResponse:
    """Ask, and read the answer on the same page: nothing of it stands in an address."""
    is_known = http.user.is_authenticated
    form = InquiryForm(http.POST if http.method == "POST" else None, is_known=is_known, auto_id="inquiry-%s")
    answer: dict[str, Any] = {}
    status = 200
    if form.is_bound and not form.is_valid():
        status = 422
    elif form.is_bound:
        answer, status = _taken(http, form)
    return render(http, "pages/inquiry.html", {**_shown(form, is_known=is_known), **answer}, status=status)


def _taken(http: HttpRequest, form: InquiryForm) -> tuple[dict[str, Any], int]:
    """A question that is right in itself: what the page says, and its status. Limits come before everything."""
    asked = form.cleaned_data
    if not ratelimit.consume(http, action=LIMIT, key=_key(asked)):
        return {"is_too_often": True}, 429
    if "check" in asked and asked["check"].in_words:
        try:
            spend_answer(http, INQUIRY)
        except NoAnswerTaken as refusal:
            form.add_error("check", ValidationError(refusal.words, code=WORDS))
            return {}, 429
    return _answered(asked)


def _answered(asked: Mapping[str, Any]) -> tuple[dict[str, Any], int]:
    """What the page says, and its status. Nothing is looked for any more once all together have missed too often."""
    misses = Limit(Whose.ALL, LIMIT, settings.INQUIRY_MISSES_PER_HOUR, timedelta(hours=1))
    try:
        take(misses, 0)
        found = look_for(asked["body"], asked["year"], asked["number"].serial, asked["digits"])
        if found is None:
            take(misses)
    except Spent:
        return {"is_too_often": True}, 429
    return {"found": found, "is_miss": found is None}, 200


def look_for(body: Organisation | None, year: int, serial: int, digits: str) -> Found | None:
    """The request that fits; None whatever the reason is, always after one look into the table.

    A body that is not here, a year without requests and a wrong end of the mobile cost the same. The number is that
    of the request or, where none of that number fits, the one that the office files a request under.
    """
    own = Q(series=REQUESTS, year=year, serial=serial)
    # A transaction number without its year is of the year of the request, or of the one before it.
    bare = Q(transaction_number=str(serial), year__in=(year, year - 1))
    rows = ServiceRequest.objects.filter(
        own | bare | Q(transaction_number__in=_as_filed(serial, year)), organisation=body.pk if body else 0
    )
    # Its own number comes first, however many are filed under the same.
    is_own = Case(When(own, then=0), default=1)
    found = list(rows.defer("answers", "search_text", "outcome_note").order_by(is_own, "pk")[:_MOST_ALIKE])
    asks = body.inquiry_factor if body else InquiryFactor.PHONE
    if asks == InquiryFactor.NOTHING:
        fitting = found
    else:
        # A request without a mobile is told to nobody who does not sign in.
        ends = [(request, request.applicant_mobile[-LAST_DIGITS:] or "none") for request in found]
        fitting = [request for request, end in ends if constant_time_compare(end, digits)]
    return _told(fitting[0], asks) if fitting else None


def _as_filed(serial: int, year: int) -> list[str]:
    """How offices write a number of theirs with its year."""
    return [f"{serial}/{year}", f"{serial}-{year}", f"{year}/{serial}", f"{year}-{serial}"]


def _told(request: ServiceRequest, asked: str) -> Found:
    if asked == InquiryFactor.NOTHING:
        return Found(request.number, badge_of(request.status))
    last = timeline_of(request)[-1:]
    return Found(
        number=request.number,
        badge=badge_of(request.status),
        service=service_names([request.service_id]).get(request.service_id, ""),
        last_step=last[0].words if last else "",
        last_step_at=last[0].at if last else request.updated_at,
        next_step=str(_NEXT[request.status]),
    )


def _key(asked: Mapping[str, Any]) -> str:
    """What is asked about, however it was written: whose number, its year, its serial."""
    number: Written = asked["number"]
    whose = asked["body"].pk if asked["body"] else number.prefix
    return f"{whose}|{asked['year']}|{number.serial}"


def _shown(form: InquiryForm, *, is_known: bool) -> dict[str, Any]:
    names = ("number", "year", "body", "digits", "check")
    errors = [
        {"target": "q-check" if name == "check" else f"inquiry-{name}", "message": str(form.errors[name][0])}
        for name in names
        if name in form.errors
    ]
    wrong = form.errors.as_data()["check"][0] if "check" in form.errors else None
    return {
        "form": form,
        "errors": errors,
        "bodies": list(Organisation.objects.all()),
        "check": None if is_known else CheckPart(_CHECK, "check", wrong),
    }
