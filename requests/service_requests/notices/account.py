"""What a person reads of his notices when he signs in."""

from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.utils import timezone

from service_requests.notices.models import Notice, Way
from service_requests.records.models import ServiceRequest
from service_requests.records.scope import own_requests

if TYPE_CHECKING:
    from home.accounts.models import User


def notices_for(person: "User | AnonymousUser") -> "QuerySet[Notice]":
    """What he was told in his account, newest first."""
    return Notice.objects.filter(channel=Way.ACCOUNT, request__in=own_requests(person)).select_related("request")


def unread_of(person: "User | AnonymousUser") -> "QuerySet[Notice]":
    """Those of them that he has not read: counted by the badge."""
    return notices_for(person).filter(read_at=None)


def mark_read(person: "User | AnonymousUser", request: ServiceRequest | None = None) -> int:
    """He has read what he was told, of this request where one is named; how many were new to him."""
    unread = unread_of(person).filter(request=request) if request else unread_of(person)
    return Notice.objects.filter(pk__in=unread.values("pk")).update(read_at=timezone.now())
