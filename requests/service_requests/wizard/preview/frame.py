"""The editor's page around a preview: at the width of a phone or a desktop, in either language.

Linked from the header of the page that is edited.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import get_language_info, override, pgettext
from django.utils.translation import gettext as _
from wagtail.admin.widgets import Button
from wagtail.models import Page

from cms.languages import content_languages
from service_requests.wizard.preview.offers import may_preview
from service_requests.wizard.visiting import person_of
from services_catalog.cards import preview_slug
from services_catalog.models import ServicePage

WIDTHS = ("phone", "desktop")


@dataclass(frozen=True)
class Choice:
    """One of a few ways to look at it."""

    words: str
    address: str
    is_current: bool


def frame(request: HttpRequest, page_id: int) -> HttpResponse:
    """The preview of one service, in a frame."""
    page = get_object_or_404(ServicePage, pk=page_id)
    if not may_preview(page, person_of(request)):
        raise Http404
    languages = dict(content_languages())
    language = _one_of(request.GET.get("language"), [page.locale.language_code, *languages])
    width = _one_of(request.GET.get("width"), WIDTHS)
    with override(language):
        address = reverse("apply:start", args=[preview_slug(page.source.pk)])
    words = {"phone": pgettext("screen", "Phone"), "desktop": pgettext("screen", "Desktop")}
    context = {
        "page": page,
        "breadcrumbs_items": _crumbs(page),
        "header_title": _("Preview of the form"),
        "header_icon": "view",
        "address": address,
        "direction": "rtl" if get_language_info(language)["bidi"] else "ltr",
        "width": width,
        "widths": [_choice(page, words[one], language, one, one == width) for one in WIDTHS],
        "languages": [_choice(page, name, one, width, one == language) for one, name in languages.items()],
    }
    return TemplateResponse(request, "service_requests/preview/frame.html", context)


def _one_of(asked: str | None, known: Any) -> str:
    return asked if asked is not None and asked in known else str(next(iter(known)))


def _choice(page: ServicePage, words: str, language: str, width: str, is_current: bool) -> Choice:
    query = {"language": language, "width": width}
    return Choice(words, reverse("service_requests_preview", args=[page.pk], query=query), is_current)


def _crumbs(page: ServicePage) -> list[dict[str, str]]:
    return [
        {"url": reverse("wagtailadmin_explore", args=[page.get_parent().pk]), "label": page.get_parent().title},
        {"url": reverse("wagtailadmin_pages:edit", args=[page.pk]), "label": page.get_admin_display_title()},
        {"url": "", "label": _("Preview of the form")},
    ]


def addresses() -> list[Any]:
    return [path("services/<int:page_id>/preview/", frame, name="service_requests_preview")]


def header_button(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    """The way to the preview, from the header of a service's editor."""
    service = page.specific
    if isinstance(service, ServicePage) and may_preview(service, user):
        address = reverse("service_requests_preview", args=[service.pk])
        yield Button(_("Preview the form"), url=address, icon_name="view", priority=66)
