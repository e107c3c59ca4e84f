"""“Form versions”: which forms a service has had, what changed between them, and taking old ones out of use.

Linked from the page's header. The form belongs to the page in the first language; translations show the
same versions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.log_actions import log
from wagtail.models import PageLogEntry

from forms_builder.comparison import compare, sentences
from forms_builder.models import Form, FormVersion
from forms_builder.publishing import StillLive, digest_of, reinstate, retire
from forms_builder.spec import FormSpec
from services_catalog.going_live import form_of
from services_catalog.models import ServicePage
from services_catalog.paths import may_see_paths
from services_catalog.usage import Usage, usage_of

RETIRED, REINSTATED = "diwan.retire_form_version", "diwan.reinstate_form_version"
# In the address, where others say a number: the form as it is written and not published.
UNPUBLISHED = "draft"
# A page's log says who published it right after its form was made.
_SOON = timedelta(minutes=1)


@dataclass(frozen=True)
class VersionRow:
    """A version as it stands in the list."""

    number: int
    published_at: datetime
    published_by: str
    retired_at: datetime | None
    is_live: bool
    usage: Usage


@dataclass(frozen=True)
class Choice:
    """One side of a comparison."""

    value: str
    words: str
    form: FormVersion | FormSpec

    @property
    def spec(self) -> FormSpec:
        return self.form.value if isinstance(self.form, FormVersion) else self.form


def versions(request: HttpRequest, page_id: int) -> HttpResponse:
    """Every published version, what is not published yet, and two of them compared."""
    page = _page(request, page_id)
    form, found = _versions_of(page)
    live = form.live_version if form else None
    language = get_language() or page.locale.language_code
    unpublished = _unpublished(page)
    choices = _choices(found, unpublished, live)
    old, new = _compared(choices, request)
    return TemplateResponse(
        request,
        "services_catalog/versions.html",
        {
            "page": page,
            "breadcrumbs_items": _crumbs(page),
            "header_title": _("Form versions"),
            "header_icon": "history",
            "rows": _rows(page, found, live),
            "may_retire": _may_retire(page, request.user),
            "live": live,
            "is_changed": live is not None and digest_of(unpublished) != live.digest,
            "unpublished": sentences(compare(live.value, unpublished), language) if live else [],
            "choices": choices,
            "old": old,
            "new": new,
            "changes": sentences(compare(old.spec, new.spec), language) if old and new else [],
        },
    )


def retire_version(request: HttpRequest, page_id: int, number: int) -> HttpResponse:
    """Ask, say who is concerned, and on POST accept nothing with this version any more."""
    page, version = _version(request, page_id, number)
    if request.method == "POST":
        try:
            retire(version)
        except StillLive:
            messages.error(request, _("Version %(number)s is live. Publish another form first.") % {"number": number})
        else:
            log(instance=page.source, action=RETIRED, user=request.user, data={"number": number})
            messages.success(
                request,
                _("Version %(number)s is retired. You can bring it back from the list below.") % {"number": number},
            )
        return redirect("services_catalog_versions", page_id)
    return TemplateResponse(
        request,
        "services_catalog/retire_version.html",
        {
            "page": page,
            "breadcrumbs_items": [*_crumbs(page)[:-1], {"url": _address(page), "label": _("Form versions")},
                                  {"url": "", "label": _("Retire")}],
            "header_title": _("Retire version %(number)s") % {"number": number},
            "header_icon": "history",
            "version": version,
            "usage": usage_of([version])[version.pk],
            "back": _address(page),
        },
    )  # fmt: skip


@require_POST
def reinstate_version(request: HttpRequest, page_id: int, number: int) -> HttpResponse:
    """Undo retiring."""
    page, version = _version(request, page_id, number)
    reinstate(version)
    log(instance=page.source, action=REINSTATED, user=request.user, data={"number": number})
    messages.success(request, _("Applications begun with version %(number)s are accepted again.") % {"number": number})
    return redirect("services_catalog_versions", page_id)


def _page(request: HttpRequest, page_id: int) -> ServicePage:
    page: ServicePage = get_object_or_404(ServicePage, pk=page_id)
    if not may_see_paths(page, request.user):
        raise Http404
    return page


def _may_retire(page: ServicePage, user: Any) -> bool:
    return bool(page.source.permissions_for_user(user).can_publish())


def _version(request: HttpRequest, page_id: int, number: int) -> tuple[ServicePage, FormVersion]:
    """A version to be taken out of use or brought back, for those who may publish the page."""
    page = _page(request, page_id)
    if not _may_retire(page, request.user):
        raise Http404
    return page, get_object_or_404(FormVersion, form__translation_key=page.translation_key, number=number)


def _versions_of(page: ServicePage) -> tuple[Form | None, list[FormVersion]]:
    form = Form.objects.select_related("live_version").filter(translation_key=page.translation_key).first()
    # A version is parsed once per process (FormVersion.value), not read again with every list.
    return form, list(form.versions.defer("spec").order_by("-number")) if form else []


def _unpublished(page: ServicePage) -> FormSpec:
    draft: ServicePage = page.source.get_latest_revision_as_object()
    return form_of(draft)


def _rows(page: ServicePage, found: Sequence[FormVersion], live: FormVersion | None) -> list[VersionRow]:
    usage, publishers = usage_of(found), _publishers(page, found)
    return [
        VersionRow(
            version.number,
            version.published_at,
            publishers.get(version.pk, ""),
            version.retired_at,
            version == live,
            usage[version.pk],
        )
        for version in found
    ]


def _publishers(page: ServicePage, found: Sequence[FormVersion]) -> dict[int, str]:
    """Who published the page with that form, by key of version; nobody where a command did."""
    entries = list(
        PageLogEntry.objects.filter(page_id=page.source.pk, action="wagtail.publish", user__isnull=False)
        .select_related("user")
        .order_by("timestamp")
    )
    names: dict[int, str] = {}
    after: datetime | None = None
    for version in found:  # newest first
        until = min(version.published_at + _SOON, after or version.published_at + _SOON)
        entry = next((entry for entry in entries if version.published_at <= entry.timestamp < until), None)
        after = version.published_at
        if entry is not None and entry.user is not None:
            names[version.pk] = entry.user.get_full_name() or entry.user.get_username()
    return names


def _choices(found: Sequence[FormVersion], unpublished: FormSpec, live: FormVersion | None) -> list[Choice]:
    """What can be compared, newest first."""
    published = [
        Choice(
            str(version.number),
            (_("Version %(number)s (live)") if version == live else _("Version %(number)s"))
            % {"number": version.number},
            version,
        )
        for version in found
    ]
    return [Choice(UNPUBLISHED, _("The latest draft, not published"), unpublished), *published]


def _compared(choices: Sequence[Choice], request: HttpRequest) -> tuple[Choice | None, Choice | None]:
    """What was chosen; without a choice the newest version against the one before."""
    by_value = {choice.value: choice for choice in choices}
    published = choices[1:]
    old = by_value.get(request.GET.get("old", "")) or (published[1] if len(published) > 1 else None)
    new = by_value.get(request.GET.get("new", "")) or (published[0] if published else None)
    return old, new


def _crumbs(page: ServicePage) -> list[dict[str, str]]:
    return [
        {"url": reverse("wagtailadmin_explore", args=[page.get_parent().pk]), "label": page.get_parent().title},
        {"url": reverse("wagtailadmin_pages:edit", args=[page.pk]), "label": page.get_admin_display_title()},
        {"url": "", "label": _("Form versions")},
    ]


def _address(page: ServicePage) -> str:
    return reverse("services_catalog_versions", args=[page.pk])


admin_doors = [
    path("services/<int:page_id>/versions/", versions, name="services_catalog_versions"),
    path("services/<int:page_id>/versions/<int:number>/retire/", retire_version, name="services_catalog_retire"),
    path("services/<int:page_id>/versions/<int:number>/reinstate/", reinstate_version,
         name="services_catalog_reinstate"),
]  # fmt: skip
