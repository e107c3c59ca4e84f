"""What the service page is told of drafts: "continue your draft", with the step it stands at."""

from collections.abc import Iterable

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from home.accounts.models import User
from service_requests.wizard.acting import FOR_ONESELF
from service_requests.wizard.drafts import own_drafts, with_version
from service_requests.wizard.journey import Journey
from service_requests.wizard.offers import office_slug
from service_requests.wizard.uploads import attachments_of
from services_catalog.facts import Fact
from services_catalog.models import ServicePage


def draft_of_reader(page: ServicePage, request: HttpRequest) -> Iterable[Fact]:
    """The way back into one's own draft; nothing on a page that is kept for everyone."""
    if getattr(request, "same_for_everyone", False) or not isinstance(request.user, User):
        return []
    begun = own_drafts(request.user).filter(service=page, closed_at=None).select_related("acting_for")
    draft = with_version(begun, page.translation_key).order_by("-updated_at").first()
    if draft is None:
        return []
    journey = Journey(draft.form_version.value, draft.data, attachments_of(draft))
    place = journey.position(journey.first_open.key) if journey.first_open else journey.total
    words = _("Continue your draft (step %(place)s of %(total)s)") % {"place": place, "total": journey.total}
    slug = office_slug(draft.acting_for, page.slug)
    address = reverse("apply:start", args=[slug]) + (f"?{FOR_ONESELF}" if page.is_for_establishments else "")
    return [Fact("action", words, address=address)]
