"""Whether a document is genuine and still valid, for whoever holds it: by its code, or by the QR that leads here.

It tells what stands on the paper anyway, but the name only by first letters: enough to compare, too little to collect.
Every code that belongs to no document gets the same answer.
"""

from allauth.core import ratelimit
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from service_requests.documents.codes import LENGTH, read, shown
from service_requests.documents.models import IssuedDocument
from service_requests.documents.opening import EXPIRED, REVOKED, VALID, state_of
from services_catalog.organisations.bodies import body_of

# Of ACCOUNT_RATE_LIMITS: guessing codes is the same game as guessing passwords.
LIMIT = "verify_document"
_LOOKS = {VALID: ("success", "tick"), EXPIRED: ("warning", "clock"), REVOKED: ("danger", "alert")}


class CodeForm(forms.Form):
    """The code as it is printed."""

    code = forms.CharField(
        label=_("Code of the document"),
        help_text=_("Twelve letters and digits, printed under the QR code."),
        max_length=60,
        error_messages={"required": _("Write the code that is printed under the QR code.")},
    )
    code.widget.attrs.update(
        {
            "dir": "ltr",
            "class": "input input--code",
            "autocomplete": "off",
            "spellcheck": "false",
            "autocapitalize": "characters",
        }
    )

    def clean_code(self) -> str:
        code = read(self.cleaned_data["code"])
        if not code:
            raise forms.ValidationError(
                _("A code has %(length)d letters and digits, such as %(example)s. Compare it with the paper."),
                params={"length": LENGTH, "example": shown("7KQ2XW0M9T4B")},
            )
        return code


@never_cache
@require_GET
def ask(http: HttpRequest) -> HttpResponse:
    """Where a code is typed."""
    form = CodeForm(http.GET if "code" in http.GET else None, auto_id="verify-%s")
    if form.is_bound and form.is_valid():
        return redirect("verify:document", form.cleaned_data["code"])
    return _page(http, {"form": form}, status=422 if form.errors else 200)


@never_cache
@require_GET
def document(http: HttpRequest, code: str) -> HttpResponse:
    """What stands behind a code."""
    too_often: HttpResponse | None = ratelimit.consume_or_429(http, action=LIMIT, limit_get=True)
    if too_often is not None:
        return too_often
    known = read(code)
    papers = IssuedDocument.objects.select_related("organisation__emblem").defer("values")
    paper = papers.filter(code=known).first() if known else None
    if paper is None:
        form = CodeForm(initial={"code": code[:60]}, auto_id="verify-%s")
        return _page(http, {"form": form, "is_unknown": True}, status=404)
    state = state_of(paper)
    kind, icon = _LOOKS[state]
    context = {
        "paper": paper,
        "state": state,
        "kind": kind,
        "icon": icon,
        "code": shown(paper.code),
        "holder": masked_name(paper.holder),
        "body": body_of(paper.organisation),
    }
    return _page(http, context, status=200)


def masked_name(name: str) -> str:
    """The first letter of each word: `أ*** م*** ا***`. How long the words are is not told."""
    return " ".join(f"{word[0]}***" for word in name.split())


def _page(http: HttpRequest, context: dict[str, object], *, status: int) -> HttpResponse:
    response = render(http, "pages/verify.html", context, status=status)
    # The address names the document: nobody on the way learns it.
    response["Referrer-Policy"] = "no-referrer"
    return response
