"""Templates of documents travel with the workflows that name them (services_catalog.bundles.sections).

Their key is that of their body and their own: `office/permit`.
"""

from collections.abc import Iterable
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, Field
from wagtail.permissions import policy_registry

from cms.history import WITH_A_SERVICE
from cms.languages import Texts
from service_requests.documents.models import DocumentTemplate
from services_catalog.bundles.sections import Record, Section
from services_catalog.content import ContentError
from services_catalog.content.media import Media, Packed
from services_catalog.content.places import id_at
from services_catalog.organisations.models import Organisation, Role
from services_catalog.organisations.scope import organisations_of
from services_catalog.processes.models import Workflow
from services_catalog.processes.papers import SECTION

_OWN = ("name", "title", "body", "language", "lifetime_unit", "lifetime")


class RowRecord(BaseModel):
    """One line of the table."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: Texts
    value: str


class TemplateRecord(BaseModel):
    """One template as a file writes it; `roles` names the role that signs, for a portal that does not know it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Texts
    title: Texts
    body: Texts
    rows: list[RowRecord] = []
    language: str = "applicant"
    lifetime_unit: Literal["none", "days", "months"] = "none"
    lifetime: int | None = None
    signer: str = ""
    roles: dict[str, Texts] = Field(default={}, title=str(_("roles")))
    stamp: str = ""


class TemplateSection(Section):
    name = SECTION
    label = _("document template")
    record = TemplateRecord
    after = ("organisations",)

    def used_by(self, service: Record) -> Iterable[str]:
        """Those of its body that the workflow here issues; what a workflow of the bundle issues, that one says."""
        key, department = service.get("workflow"), service.get("department")
        if not isinstance(key, str) or not isinstance(department, str):
            return []
        workflow = Workflow.objects.filter(key=key).first()
        issued = {outcome.issues for _stage, outcome in workflow.value.outcomes()} - {""} if workflow else ()
        return [f"{department.partition('/')[0]}/{name}" for name in sorted(issued)]

    def read(self, key: str, media: Packed) -> Record | None:
        row = _found(key)
        if row is None:
            return None
        return {
            **{name: getattr(row, name) for name in _OWN},
            "rows": [{"label": dict(label), "value": value} for label, value in row.lines],
            "signer": row.signer.key if row.signer else "",
            "roles": {row.signer.key: row.signer.name} if row.signer else {},
            "stamp": media.image(row.stamp.pk) if row.stamp else "",
        }

    def write(self, key: str, record: Record, media: Media) -> None:
        organisation, _slash, own_key = key.partition("/")
        body = Organisation.objects.filter(key=organisation).first()
        if body is None:
            raise ContentError(f"{key}: there is no organisation “{organisation}”")
        row = _found(key) or DocumentTemplate(organisation=body, key=own_key)
        for role, name in record["roles"].items():
            Role.objects.get_or_create(key=role, defaults={"name": name})
        signer = Role.objects.filter(key=record["signer"]).first()
        if record["signer"] and signer is None:
            raise ContentError(f"{key}: there is no role “{record['signer']}”")
        for name in _OWN:
            setattr(row, name, record[name])
        row.signer = signer
        row.stamp_id = media.image(record["stamp"]) if record["stamp"] else None
        block = row._meta.get_field("rows").stream_block
        row.rows = block.to_python([_child(key, place, line) for place, line in enumerate(record["rows"])])
        row.full_clean()
        row._change_reason = WITH_A_SERVICE  # type: ignore[attr-defined]  # read by simple-history
        row.save()

    def part_words(self, part: str) -> str:
        return super().part_words(part) if part == "roles" else str(_field(part).verbose_name)

    def may_write(self, user: Any, key: str) -> bool:
        policy, row = policy_registry.get_by_type(DocumentTemplate), _found(key)
        if row is not None:
            return bool(policy.user_has_permission_for_instance(user, "change", row))
        body = Organisation.objects.filter(key=key.partition("/")[0]).first()
        is_others = body is not None and not organisations_of(user).filter(pk=body.pk).exists()
        return bool(policy.user_has_permission(user, "add")) and not is_others


def _found(key: str) -> DocumentTemplate | None:
    organisation, _slash, own_key = key.partition("/")
    rows = DocumentTemplate.objects.select_related("signer", "stamp")
    return rows.filter(organisation__key=organisation, key=own_key).first()


def _field(name: str) -> Any:
    return DocumentTemplate._meta.get_field(name)


def _child(key: str, place: int, line: Record) -> Record:
    return {"type": "row", "id": id_at(key, f"rows.{place}"), "value": line}
