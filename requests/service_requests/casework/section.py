"""Templates of messages as a content file writes them (services_catalog.bundles.sections).

They belong to an office, not to one of its services, so they come with its content and travel with no service.
Their record has the key of that office. What is not in the file stays: nothing is deleted.
"""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, Field
from wagtail.permissions import policy_registry

from cms.history import FROM_CONTENT
from cms.languages import Texts
from service_requests.casework.models import MessageTemplate
from services_catalog.bundles.sections import Record, Section
from services_catalog.content import ContentError
from services_catalog.content.media import Media, Packed
from services_catalog.content.organisations import kept
from services_catalog.organisations.models import Organisation
from services_catalog.organisations.scope import organisations_of


class MessageRecord(BaseModel):
    """One template; within its office the name in the first language tells it from the others."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Texts
    text: Texts


class MessagesRecord(BaseModel):
    """The templates of one office, in the order in which staff choose from them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    templates: list[MessageRecord] = Field(default=[], title=str(_("message templates")))


class MessageTemplateSection(Section):
    name = "message_templates"
    label = _("message templates")
    record = MessagesRecord
    after = ("organisations",)

    def used_by(self, service: Record) -> Iterable[str]:
        return ()

    def read(self, key: str, media: Packed) -> Record | None:
        rows = _rows(key)
        return {"templates": [{"name": row.name, "text": row.text} for row in rows]} if rows else None

    def write(self, key: str, record: Record, media: Media) -> None:
        body = Organisation.objects.filter(key=key).first()
        if body is None:
            raise ContentError(f"{key}: there is no organisation “{key}”")
        there = {row.name.get(settings.LANGUAGE_CODE): row.pk for row in _rows(key)}
        for written in record["templates"]:
            found = there.get(written["name"].get(settings.LANGUAGE_CODE))
            kept(MessageTemplate, {"organisation": body, "pk": found}, written, FROM_CONTENT)

    def may_write(self, user: Any, key: str) -> bool:
        policy = policy_registry.get_by_type(MessageTemplate)
        is_own = organisations_of(user).filter(key=key).exists()
        return is_own and all(policy.user_has_permission(user, action) for action in ("add", "change"))


def _rows(key: str) -> list[MessageTemplate]:
    return list(MessageTemplate.objects.filter(organisation__key=key).order_by("pk"))
