"""Texts of notices as a content file writes them (services_catalog.bundles.sections).

They belong to an office, not to one of its services, so they come with its content and travel with no service.
Their record has the key of that office. What is not in the file stays: nothing is deleted.
"""

from collections.abc import Iterable
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, Field
from wagtail.permissions import policy_registry

from cms.history import FROM_CONTENT
from cms.languages import Texts
from service_requests.notices.models import NoticeText
from services_catalog.bundles.sections import Record, Section
from services_catalog.content import ContentError
from services_catalog.content.media import Media, Packed
from services_catalog.content.organisations import kept
from services_catalog.organisations.models import Organisation
from services_catalog.organisations.scope import organisations_of


class TextRecord(BaseModel):
    """One text; within its office event and channel tell it from the others."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    event: str
    channel: Literal["sms", "email", "account", "chat"] = "sms"
    is_sent: bool = True
    subject: Texts = {}
    text: Texts


class TextsRecord(BaseModel):
    """The texts of one office."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    texts: list[TextRecord] = Field(default=[], title=str(_("texts of notices")))


class NoticeTextSection(Section):
    name = "notice_texts"
    label = _("texts of notices")
    record = TextsRecord
    after = ("organisations",)

    def used_by(self, service: Record) -> Iterable[str]:
        return ()

    def read(self, key: str, media: Packed) -> Record | None:
        rows = NoticeText.objects.filter(organisation__key=key).order_by("pk")
        return {"texts": [_written(row) for row in rows]} if rows else None

    def write(self, key: str, record: Record, media: Media) -> None:
        body = Organisation.objects.filter(key=key).first()
        if body is None:
            raise ContentError(f"{key}: there is no organisation “{key}”")
        for written in record["texts"]:
            place = {"organisation": body, "event": written["event"], "channel": written["channel"]}
            values = {name: written[name] for name in ("is_sent", "subject", "text")}
            kept(NoticeText, place, values, FROM_CONTENT)

    def may_write(self, user: Any, key: str) -> bool:
        policy = policy_registry.get_by_type(NoticeText)
        is_own = organisations_of(user).filter(key=key).exists()
        return is_own and all(policy.user_has_permission(user, action) for action in ("add", "change"))


def _written(row: NoticeText) -> Record:
    return {
        "event": row.event,
        "channel": row.channel,
        "is_sent": row.is_sent,
        "subject": row.subject,
        "text": row.text,
    }
