"""Services out of and into the admin: download, upload, the plan and its confirmation.

For those who may publish under the catalogue; for everybody else these pages do not exist.
"""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from wagtail.admin import messages
from wagtail.permissions import page_permission_policy

from services_catalog.bundles import holding
from services_catalog.bundles.archive import LARGEST_FILE, BundleRefused
from services_catalog.bundles.exporting import export_service
from services_catalog.bundles.forms import UploadForm
from services_catalog.bundles.importing import rehearse
from services_catalog.bundles.planning import Plan, Verdict, plan_of
from services_catalog.bundles.services import catalogue
from services_catalog.models import HeldBundle, ServicePage

AS_DRAFT = "draft"


def may_export(page: ServicePage, user: Any) -> bool:
    return bool(page.source.permissions_for_user(user).can_publish())


def may_import(user: Any) -> bool:
    """Whether this person may publish new services."""
    # Asked for the menu of every page of the admin: most people may publish nothing at all, which costs no query.
    if not page_permission_policy.user_has_permission(user, "publish"):
        return False
    above = catalogue()
    return above is not None and bool(above.permissions_for_user(user).can_publish_subpage())


@require_GET
def export(request: HttpRequest, page_id: int) -> HttpResponse:
    """The bundle as a download."""
    page = get_object_or_404(ServicePage, pk=page_id)
    if not may_export(page, request.user):
        raise Http404
    try:
        content = export_service(page)
    except BundleRefused as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("wagtailadmin_pages:edit", page.pk)
    name = f"{page.source.slug}.diwan.zip"
    return HttpResponse(
        content,
        content_type="application/zip",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )


def upload(request: HttpRequest) -> HttpResponse:
    """Takes a file and keeps it for its plan."""
    if not may_import(request.user):
        raise Http404
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_valid():
        held = form.hold(request.user)
        if held is not None:
            return redirect("services_catalog_bundle", held.public_id)
    return _page(request, "upload", _("Import a service"), {"form": form, "megabytes": LARGEST_FILE // 1024 // 1024})


def plan(request: HttpRequest, held_id: UUID) -> HttpResponse:
    """What importing would do, and the button that does it; afterwards, what it did."""
    held = _held(request, held_id)
    if held.applied_at is not None:
        return _done(request, held)
    if request.method == "POST":
        return _confirmed(request, held)
    return _planned(request, held, as_draft=request.GET.get("as") == AS_DRAFT)


@require_POST
def discard(request: HttpRequest, held_id: UUID) -> HttpResponse:
    holding.discard(_held(request, held_id))
    messages.success(request, _("The file was discarded. Nothing was imported."))
    return redirect("services_catalog_import")


def _held(request: HttpRequest, held_id: UUID) -> HeldBundle:
    held = holding.held_by(request.user, held_id) if may_import(request.user) else None
    if held is None:
        raise Http404
    return held


def _planned(request: HttpRequest, held: HeldBundle, *, as_draft: bool) -> HttpResponse:
    found: Plan | None = None
    try:
        bundle = holding.bundle_of(held)
        found = plan_of(bundle, user=request.user, live=not as_draft)
        problems = found.problems or rehearse(bundle, user=request.user, live=not as_draft)
    except BundleRefused as refusal:
        problems = refusal.messages
    context = {
        "held": held,
        "plan": found,
        "problems": problems,
        "as_draft": as_draft,
        "can_import": found is not None and not problems and bool(found.changes or found.conflicts),
        "discard_url": reverse("services_catalog_discard", args=[held.public_id]),
        "draft_url": f"{reverse('services_catalog_bundle', args=[held.public_id])}?as={AS_DRAFT}",
        "live_url": reverse("services_catalog_bundle", args=[held.public_id]),
    }
    return _page(request, "plan", _("Check what is imported"), context)


def _confirmed(request: HttpRequest, held: HeldBundle) -> HttpResponse:
    as_draft = request.POST.get("as") == AS_DRAFT
    try:
        # A second press finds it done; the page then says what it did.
        holding.confirm(
            held,
            by=request.user,
            live=not as_draft,
            force=request.POST.get("force") == "on",
            # Without the plan that was looked at nothing is imported.
            planned=request.POST.get("plan", "") or "-",
        )
    except BundleRefused as refusal:
        messages.error(request, " ".join([_("Nothing was imported."), *refusal.messages]))
        return redirect(f"{request.path}?as={AS_DRAFT}" if as_draft else request.path)
    return redirect(request.path)


def _done(request: HttpRequest, held: HeldBundle) -> HttpResponse:
    pages = ServicePage.objects.filter(pk__in=held.outcome["pages"]).select_related("locale")
    written = [{**item, "words": Verdict(item["verdict"]).words} for item in held.outcome["written"]]
    versions = [
        {"page": page, "addresses": [(one.locale.get_display_name(), one.url) for one in _live_versions(page)]}
        for page in pages
    ]
    return _page(request, "done", _("Import finished"), {"held": held, "written": written, "pages": versions})


def _live_versions(page: ServicePage) -> Any:
    return page.get_translations(inclusive=True).live().select_related("locale")


def _page(request: HttpRequest, name: str, title: str, context: dict[str, Any]) -> HttpResponse:
    above = catalogue()
    crumbs = [{"url": reverse("wagtailadmin_explore", args=[above.pk]), "label": above.title}] if above else []
    frame = {
        "header_title": title,
        "header_icon": "upload",
        "breadcrumbs_items": [*crumbs, {"url": "", "label": title}],
        "import_url": reverse("services_catalog_import"),
    }
    return TemplateResponse(request, f"services_catalog/bundles/{name}.html", {**frame, **context})


admin_doors = [
    path("services/<int:page_id>/export/", export, name="services_catalog_export"),
    path("services/import/", upload, name="services_catalog_import"),
    path("services/import/<uuid:held_id>/", plan, name="services_catalog_bundle"),
    path("services/import/<uuid:held_id>/discard/", discard, name="services_catalog_discard"),
]
