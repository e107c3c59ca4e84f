"""“Was this page helpful?”: an answer of a reader nobody knows, from a page that is drawn once for all.

Such a page carries no token, so the browser's word is asked for: that the form was sent from our own page. How
often one network may answer is limited; nothing of it is kept with the answer.
"""

from urllib.parse import urlsplit

from allauth.account.adapter import get_adapter
from allauth.core import ratelimit
from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from cms.arabic import clean
from service_requests.feedback.models import LONGEST_WORDS, PageVote
from services_catalog.models import ServicePage

# Of ACCOUNT_RATE_LIMITS.
LIMIT = "page_helpful"


class VoteForm(forms.Form):
    """Yes or no, and what was missing."""

    helpful = forms.ChoiceField(choices=[("yes", ""), ("no", "")])
    words = forms.CharField(required=False)

    def clean_words(self) -> str:
        # An anonymous line beside the main thing: what is too long is cut rather than sent back.
        return clean(self.cleaned_data["words"], multiline=True)[:LONGEST_WORDS]


@csrf_exempt
@never_cache
@require_POST
def vote(http: HttpRequest, slug: str) -> HttpResponse:
    """Count the answer, and thank."""
    if not is_from_here(http):
        return HttpResponseForbidden()
    service = _service(slug)
    form = VoteForm(http.POST)
    if not form.is_valid():
        return redirect(_page(service))
    # Whoever answers again is thanked again: he need not know that his answer was there already.
    if ratelimit.consume(http, action=LIMIT, key=f"{slug}|{get_adapter().get_client_ip(http)}"):
        PageVote.objects.create(
            service=service,
            language=(get_language() or "")[:10],
            is_helpful=form.cleaned_data["helpful"] == "yes",
            words=form.cleaned_data["words"],
        )
    return redirect("page_helpful_thanks", slug)


@never_cache
@require_GET
def thanks(http: HttpRequest, slug: str) -> HttpResponse:
    """Where a vote leads; loading it again counts nothing."""
    return render(http, "pages/helpful_thanks.html", {"address": _page(_service(slug))})


def is_from_here(http: HttpRequest) -> bool:
    """Whether a browser says that a page of ours sent this; one that says nothing is not believed."""
    fetched = http.headers.get("Sec-Fetch-Site")
    if fetched is not None:
        return fetched == "same-origin"
    said = http.headers.get("Origin") or http.headers.get("Referer") or ""
    return urlsplit(said).netloc == http.get_host()


def _service(slug: str) -> ServicePage:
    pages = ServicePage.objects.live().public().filter(locale__language_code=settings.LANGUAGE_CODE)
    service: ServicePage = get_object_or_404(pages, slug=slug)
    return service


def _page(service: ServicePage) -> str:
    """Where it is read in this language."""
    translated = service.get_translations(inclusive=True).live().filter(locale__language_code=get_language())
    address: str | None = (translated.first() or service).get_url()
    return address or "/"


addresses = [
    path("<slug:slug>/", vote, name="page_helpful"),
    path("<slug:slug>/thanks/", thanks, name="page_helpful_thanks"),
]
