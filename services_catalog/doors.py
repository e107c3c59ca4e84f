"""The doors of publishing that know nothing of forms: they refuse in words, one page at a time.

A system that is told “no” by `ServicePage.save` gets an exception. Here it becomes a message to the
editor, and in a bulk or a schedule the other pages go on.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from wagtail.admin.views.pages.bulk_actions.publish import PublishBulkAction
from wagtail.models import Page

from services_catalog.going_live import NotReadyToGoLive


class RefusalInWords:
    """Middleware: a page that cannot go live is a message in the admin, never an error page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, NotReadyToGoLive) or not request.path.startswith("/admin/"):
            return None
        messages.error(request, exception.sentence)
        return redirect(_back_from(request, exception))


def _back_from(request: HttpRequest, refusal: NotReadyToGoLive) -> str:
    if refusal.page.pk:
        return reverse("wagtailadmin_pages:edit", args=[refusal.page.pk])
    came_from = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(came_from, {request.get_host()}, request.is_secure()):
        return came_from
    return reverse("wagtailadmin_home")


class PublishWhatIsReady(PublishBulkAction):
    """Bulk publishing that tells which pages could not go live, and publishes the others."""

    def get_execution_context(self) -> dict[str, Any]:
        self.refusals: list[NotReadyToGoLive] = []
        return {**super().get_execution_context(), "refusals": self.refusals}

    @classmethod
    def execute_action(
        cls,
        objects: Iterable[Page],
        include_descendants: bool = False,
        user: Any = None,
        refusals: list[NotReadyToGoLive] | None = None,
        **kwargs: Any,
    ) -> tuple[int, int]:
        refused = [] if refusals is None else refusals
        parents, children = 0, 0
        for page in objects:
            parents += _published(page, user, refused)
            if include_descendants:
                below = page.get_descendants().not_live().specific()
                allowed = [child for child in below if not user or child.permissions_for_user(user).can_publish()]
                children += sum(_published(child, user, refused) for child in allowed)
        return parents, children

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str | None:
        for refusal in self.refusals:
            messages.error(self.request, refusal.sentence)
        if not num_parent_objects and not num_child_objects:
            return None
        message: str = super().get_success_message(num_parent_objects, num_child_objects)
        return message


def _published(page: Page, user: Any, refused: list[NotReadyToGoLive]) -> bool:
    try:
        with transaction.atomic():
            revision = page.get_latest_revision() or page.specific.save_revision(user=user)
            revision.publish(user=user)
    except NotReadyToGoLive as refusal:
        refused.append(refusal)
        return False
    return True
