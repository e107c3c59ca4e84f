"""An office whose approval issues a permit."""

from dataclasses import dataclass
from typing import Any

from home.accounts.models import User
from service_requests.documents.models import DocumentTemplate
from service_requests.records.models import ServiceRequest
from services_catalog.organisations.models import Department, Organisation
from services_catalog.processes.compiling import digest_of
from services_catalog.processes.models import Workflow, WorkflowVersion
from services_catalog.processes.statuses import Status
from services_catalog.processes.workflow import Kind
from services_catalog.processes.workflow import Workflow as Value
from tests.factories import (
    DepartmentFactory,
    DocumentTemplateFactory,
    ServicePageFactory,
    ServiceRequestFactory,
    UserFactory,
)
from tests.workflows import outcome, stage

STAGES = (
    stage(
        "new",
        Status.SUBMITTED,
        outcome("grant", "granted", kind=Kind.APPROVE, issues="permit", tells_citizen=True),
        outcome("reject", "rejected", kind=Kind.REJECT, needs_note=True),
    ),
    stage("granted", Status.COMPLETED),
    stage("rejected", Status.REJECTED),
)


def issuing_workflow() -> WorkflowVersion:
    """The version of a workflow whose approval issues a permit; straight into the database, past its review."""
    value = Value(key="issuing", name={"ar": "إصدار", "en": "Issuing"}, stages=STAGES)
    digest = digest_of(value)
    Workflow.objects.bulk_create([Workflow(key="issuing", name=value.name)])
    return WorkflowVersion.objects.create(
        digest=digest, workflow=Workflow.objects.get(key="issuing"), number=1, spec=value.model_dump(mode="json")
    )


@dataclass(frozen=True)
class Office:
    """A department, its template and a request that waits for the approval."""

    unit: Department
    template: DocumentTemplate
    clerk: User
    case: ServiceRequest
    version: WorkflowVersion

    @property
    def organisation(self) -> Organisation:
        return self.unit.organisation

    def another(self, **more: Any) -> ServiceRequest:
        found: ServiceRequest = ServiceRequestFactory(
            service=self.case.service, workflow_version=self.version, stage="new", **more
        )
        return found


def office(**template: Any) -> Office:
    unit = DepartmentFactory()
    made = DocumentTemplateFactory(organisation=unit.organisation, **template)
    version = issuing_workflow()
    applicant = UserFactory(citizen=True, full_name="أحمد محمد سالم اليامي")
    case = ServiceRequestFactory(
        service=ServicePageFactory(department=unit),
        workflow_version=version,
        stage="new",
        applicant=applicant,
        answers={"subject": "محل في الحي الشرقي"},
    )
    return Office(unit, made, UserFactory(clerk=True, departments=[unit]), case, version)
