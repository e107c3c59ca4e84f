"""What staff work out about a request, as its page shows it: checklist, technical check, notes, inspections."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from cms.money import money_text
from service_requests.casework.amounts import finding_of, lines_of, total_of
from service_requests.casework.asking import Brought, brought_to, files_by_item
from service_requests.casework.checklist import checks_of, items_of
from service_requests.casework.inspecting import inspections_of
from service_requests.casework.models import Inspection
from service_requests.casework.notes import may_note, notes_on
from service_requests.casework.rights import may_work_on
from service_requests.desk.forms import (
    ChecklistForm,
    FindingForm,
    InspectionForm,
    MessageForm,
    NoteForm,
    PlainForm,
    TransactionForm,
)
from service_requests.records.models import Attachment, ServiceRequest
from services_catalog.processes.workflow import Stage, Workflow

if TYPE_CHECKING:
    from home.accounts.models import User

CHECKLIST, FINDING, NOTE, INSPECTION = "checklist", "finding", "note", "inspection"
MESSAGE, TRANSACTION = "message", "transaction"


def casework_of(
    case: ServiceRequest, user: "User", language: str, refused: Mapping[str, PlainForm], *, works: bool
) -> dict[str, Any]:
    """The context of its sections. `works`: whether something may be done with the request by him now."""
    works = works and may_work_on(case, user)
    lines, inspections, brought = lines_of(case), inspections_of(case), brought_to(case)
    may_write = may_note(case, user)
    return {
        **_checklist(case, refused, brought, works=works),
        "brought": brought,
        "message_form": (refused.get(MESSAGE) or MessageForm(auto_id="message-%s")) if may_write else None,
        "transaction_form": (refused.get(TRANSACTION) or _transaction_form(case)) if may_write else None,
        **_technical(case, refused, works=works),
        "amounts": [(line, money_text(line.amount, line.currency, language)) for line in lines],
        "amounts_total": total_of(lines, language) if len(lines) > 1 else "",
        "office_files": list(Attachment.objects.filter(request=case, message=None, field_key__startswith="outcome.")),
        "notes": notes_on(case),
        "note_form": (refused.get(NOTE) or NoteForm(auto_id="note-%s")) if may_write else None,
        "inspections": [inspection for inspection in inspections if inspection.recorded_at],
        "inspection_form": _inspection_form(inspections, user, refused),
        "write": {
            part: reverse("requests:write", args=[case.public_id, part])
            for part in (CHECKLIST, FINDING, NOTE, INSPECTION, MESSAGE, TRANSACTION)
        },
    }


def _transaction_form(case: ServiceRequest) -> TransactionForm:
    return TransactionForm(initial={"number": case.transaction_number}, auto_id="transaction-%s")


def _checklist(
    case: ServiceRequest, refused: Mapping[str, PlainForm], brought: Sequence[Brought], *, works: bool
) -> dict[str, Any]:
    """Where the workflow goes through documents one by one, or somebody did."""
    checks = checks_of(case)
    if not checks and not any(stage.checks_documents for stage in case.workflow.stages):
        return {"checklist": None, "can_check": False}
    sent = files_by_item(brought)
    items = [replace(item, files=(*item.files, *sent.get(item.key, ()))) for item in items_of(case)]
    form = refused.get(CHECKLIST) or ChecklistForm(items, checks, auto_id="checklist-%s")
    return {"checklist": form, "can_check": works and case.stage.checks_documents}


def _technical(case: ServiceRequest, refused: Mapping[str, PlainForm], *, works: bool) -> dict[str, Any]:
    """Findings are written where the amounts are set; they are read ever after."""
    finding = finding_of(case)
    is_here = works and _sets_amounts(case.stage)
    form = refused.get(FINDING) or FindingForm(finding, auto_id="finding-%s")
    return {
        "finding": finding,
        "finding_form": form if is_here else None,
        "has_technical_check": bool(finding) or _has_technical_check(case.workflow),
    }


def is_written_in(part: str, stage: Stage) -> bool:
    """Whether this part is the work of a stage; notes and inspections are of none."""
    match part:
        case "checklist":
            return stage.checks_documents
        case "finding":
            return _sets_amounts(stage)
    return True


def _sets_amounts(stage: Stage) -> bool:
    return any(outcome.sets_amount for outcome in stage.outcomes)


def _has_technical_check(workflow: Workflow) -> bool:
    return any(map(_sets_amounts, workflow.stages))


def _inspection_form(inspections: list[Inspection], user: "User", refused: Mapping[str, PlainForm]) -> PlainForm | None:
    waits = any(one.inspector_id == user.pk and one.recorded_at is None for one in inspections)
    return (refused.get(INSPECTION) or InspectionForm(auto_id="inspection-%s")) if waits else None
