"""Which messages a person has read. Looking at a page changes nothing: the page itself sends what it showed.

A small script posts it when the request is opened (cms/static/cms/reading.js); without script a button does. What the
citizen answered he has read.
"""

import uuid
from collections.abc import Collection

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from home.accounts.guests import at_the_keyboard, known_person
from home.accounts.models import User
from service_requests.records.models import Message, Reading
from service_requests.records.scope import own_requests
from service_requests.wizard.posted import uuid_of


def messages_to(person: User) -> "QuerySet[Message]":
    """What offices wrote about his requests."""
    return Message.objects.filter(request__in=own_requests(person)).exclude(kind=Message.Kind.ANSWER)


def seen_by(person: User) -> Exists:
    """Whether a message was read by him; of a query of messages."""
    return Exists(Reading.objects.filter(message=OuterRef("pk"), person=person))


def unread_by(person: User) -> "QuerySet[Message]":
    """Those of them that he has not read."""
    return messages_to(person).filter(~seen_by(person))


def unread_count(person: User) -> int:
    """For the header of every page; one query."""
    return unread_by(person).count()


def unread_by_request(person: User) -> dict[int, int]:
    """How many wait, by the key of the request; one query for all of them."""
    waiting = unread_by(person).order_by().values_list("request")
    return dict(waiting.annotate(number=Count("pk")))


def mark_read(person: User, messages: "QuerySet[Message]") -> None:
    """Write down that he has seen these; what he had seen before stays as it was."""
    now = timezone.now()
    Reading.objects.bulk_create(
        [Reading(message_id=key, person=person, read_at=now) for key in messages.values_list("pk", flat=True)],
        ignore_conflicts=True,
    )


def shown_before(posted: Collection[str]) -> list[uuid.UUID]:
    """The messages that a page says it showed."""
    return [mark for mark in map(uuid_of, posted) if mark]


@never_cache
@known_person
@require_http_methods(["GET", "POST"])
def read(http: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The messages of one request that its page showed: what came since stays unread."""
    person = at_the_keyboard(http)
    assert person is not None  # known_person stands before
    request = get_object_or_404(own_requests(person), public_id=public_id)
    if http.method == "POST":
        shown = messages_to(person).filter(request=request, public_id__in=shown_before(http.POST.getlist("shown")))
        mark_read(person, shown)
        if "quietly" in http.POST:
            return HttpResponse(status=204)
    return redirect(reverse("my_requests:detail", args=[public_id]) + "#messages")


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def read_all(http: HttpRequest) -> HttpResponse:
    """Every message that waits, by a press of the button alone."""
    person = http.user
    assert isinstance(person, User)  # login_required stands before
    if http.method == "POST":
        mark_read(person, unread_by(person))
    return redirect(f"{reverse('my_requests:list')}?show=messages")
