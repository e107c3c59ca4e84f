"""Which stock actions exist for requests and notices in the admin: looking, and nothing else.

Adding, changing and deleting are refused to everyone, superusers too: only actions write.
"""

from typing import TYPE_CHECKING

from django.db.models import QuerySet
from wagtail.permissions import register_permission_policy

from cms.scoped import ScopedPolicy
from service_requests.appointments.models import AppointmentCalendar
from service_requests.appointments.scope import calendars_of
from service_requests.casework.messages import templates_of
from service_requests.casework.models import MessageTemplate
from service_requests.documents.models import DocumentTemplate
from service_requests.notices.models import Notice, NoticeChannels, NoticeText
from service_requests.records.models import ServiceRequest
from service_requests.records.scope import visible_to
from services_catalog.organisations.scope import organisations_of

if TYPE_CHECKING:
    from home.accounts.models import User


def register_policies() -> None:
    """Called when the app is ready, before any view asks for a policy."""
    register_permission_policy(
        ServiceRequest, ScopedPolicy(ServiceRequest, visible_to, actions=("view", "history", "export", "import"))
    )
    # Slots are booked in it: a calendar is not deleted.
    register_permission_policy(
        AppointmentCalendar, ScopedPolicy(AppointmentCalendar, calendars_of, actions=("view", "add", "change"))
    )
    register_permission_policy(MessageTemplate, ScopedPolicy(MessageTemplate, templates_of))
    register_permission_policy(DocumentTemplate, ScopedPolicy(DocumentTemplate, document_templates_of))
    register_permission_policy(NoticeText, ScopedPolicy(NoticeText, notice_texts_of))
    register_permission_policy(
        NoticeChannels, ScopedPolicy(NoticeChannels, notice_channels_of, actions=("view", "add", "change"))
    )
    register_permission_policy(Notice, ScopedPolicy(Notice, visible_notices, actions=("view",)))


def document_templates_of(user: "User") -> "QuerySet[DocumentTemplate]":
    """Those of the organisations he works in."""
    rows = DocumentTemplate.objects.filter(organisation__in=organisations_of(user))
    return rows.select_related("organisation", "signer")


def notice_texts_of(user: "User") -> "QuerySet[NoticeText]":
    """What the organisations he works in say in notices."""
    return NoticeText.objects.filter(organisation__in=organisations_of(user)).select_related("organisation")


def notice_channels_of(user: "User") -> "QuerySet[NoticeChannels]":
    """The ways these organisations use."""
    return NoticeChannels.objects.filter(organisation__in=organisations_of(user)).select_related("organisation")


def visible_notices(user: "User") -> "QuerySet[Notice]":
    """The notices about requests that this person may see."""
    notices = Notice.objects.select_related("request")
    return notices.filter(request__in=visible_to(user))
