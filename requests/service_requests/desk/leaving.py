"""What the admin says when somebody leaves open work behind, and the page that hands it over.

Hooks around posts and absences: nothing is refused, and nobody's requests are lost sight of.
"""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin import messages
from wagtail.admin.auth import require_admin_access

from cms.once import forget
from cms.scoped import rows_of
from service_requests.desk.bulk_page import TOLD
from service_requests.workflow.handover import hand_over, handover_of, open_work_of
from service_requests.workflow.permissions import ASSIGN, BULK, gone_from
from services_catalog.organisations.models import Absence, Membership

# As many rows are looked at one by one before a sentence; beyond that “many” is all anybody needs.
_LOOKED_AT = 2_000


def list_of(person: Any, department: int | None = None) -> str:
    """The list of requests, narrowed to what this person is in charge of."""
    chosen = {"person": person.public_id, **({"department": department} if department else {})}
    return f"{reverse('requests:list')}?{urlencode(chosen)}"


def tell_before_removing(request: HttpRequest, instances: Iterable[Any]) -> None:
    """Before the question “are you sure?”: how many open requests the person of a post is in charge of."""
    for post in instances:
        if isinstance(post, Membership):
            work = open_work_of(post.user_id, seen_by=request.user).filter(department=post.department_id)
            _tell(request, post.user, work.count(), list_of(post.user, post.department_id))


def tell_before_removing_many(request: HttpRequest, action_type: str, objects: Iterable[Any], action: Any) -> None:
    if action_type == "delete":
        tell_before_removing(request, objects)


def tell_after_change(request: HttpRequest, instance: Any) -> None:
    """After a post went to another department, role or service, and after an absence was written down."""
    if isinstance(instance, Membership):
        forget()
        work = open_work_of(instance.user_id, seen_by=request.user).defer("answers", "search_text")
        _tell(request, instance.user, len(gone_from(work[:_LOOKED_AT])), list_of(instance.user))
    if isinstance(instance, Absence):
        number = open_work_of(instance.user_id, seen_by=request.user).count()
        _tell(request, instance.user, number, list_of(instance.user), _handover_button(request.user, instance))


def _tell(request: HttpRequest, person: Any, number: int, url: str, *buttons: Any) -> None:
    if not number:
        return
    told = ngettext(
        "%(person)s is in charge of %(number)s open request. Somebody else has to take it on.",
        "%(person)s is in charge of %(number)s open requests. Somebody else has to take them on.",
        number,
    ) % {"person": person.get_full_name(), "number": number}
    messages.warning(
        request, told, buttons=[messages.button(url, _("Show them")), *(button for button in buttons if button)]
    )


def _handover_button(user: Any, absence: Absence) -> Any:
    if not may_hand_over(user):
        return None
    return messages.button(reverse("hand_over", args=[absence.pk]), _("Hand them over to the substitute"))


def may_hand_over(user: Any) -> bool:
    return bool(user.has_perm(ASSIGN) and user.has_perm(BULK))


@require_admin_access
def hand_over_view(request: Any, pk: int) -> HttpResponse:
    """Says what will happen; then does it."""
    absence = rows_of(Absence, request.user).filter(pk=pk).select_related("user").first()
    if absence is None:
        raise Http404
    if not may_hand_over(request.user):
        raise PermissionDenied
    absences = Absence.snippet_viewset.get_url_name("list")  # type: ignore[attr-defined]  # set by Wagtail
    if request.method == "POST":
        _tell_done(request, hand_over(absence, by=request.user))
        return redirect(absences)
    handover = handover_of(absence, by=request.user)
    refused = [refusal for _to, done in handover.foreseen for refusal in done.refused] + [*handover.refused.refused]
    context = {
        "header_title": _("Hand over open requests"),
        "header_icon": "user",
        "breadcrumbs_items": [
            {"url": reverse(absences), "label": _("Absences")},
            {"url": "", "label": _("Hand over open requests")},
        ],
        "absence": absence,
        "foreseen": handover.foreseen,
        "can_move": any(done.changed for _to, done in handover.foreseen),
        "refused": refused[:TOLD],
        "untold": max(0, len(refused) - TOLD),
        "back": reverse(absences),
        "list_url": list_of(absence.user),
    }
    return TemplateResponse(request, "service_requests/desk/hand_over.html", context)


def _tell_done(request: HttpRequest, done: Any) -> None:
    if done.changed:
        told = ngettext("%(count)d request was handed over.", "%(count)d requests were handed over.", done.changed)
        messages.success(request, told % {"count": done.changed})
    if done.refused:
        told = ngettext(
            "%(count)d request stays as it is: %(which)s",
            "%(count)d requests stay as they are: %(which)s",
            len(done.refused),
        )
        which = " · ".join(f"{refusal.number}: {refusal.why}" for refusal in done.refused[:TOLD])
        messages.warning(request, told % {"count": len(done.refused), "which": which})


admin_doors = [path("absences/<int:pk>/hand-over/", hand_over_view, name="hand_over")]
