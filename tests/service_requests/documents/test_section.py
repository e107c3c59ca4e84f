"""Templates of documents travel with the workflows that name them, and the services that follow these."""

from typing import Any

import pytest

from service_requests.documents.models import DocumentTemplate
from services_catalog.bundles import export_service, planning
from services_catalog.bundles.archive import unpack
from services_catalog.bundles.sections import sections
from services_catalog.content import ContentError
from services_catalog.content.media import Packed
from services_catalog.models import ServicePage
from services_catalog.organisations.models import Role
from services_catalog.processes.models import Workflow
from services_catalog.processes.workflow import Kind
from tests.factories import (
    DepartmentFactory,
    DocumentTemplateFactory,
    OrganisationFactory,
    ServicePageFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def record_of(key: str) -> dict[str, Any]:
    section = sections()["document_templates"]
    found = section.read(key, Packed())
    assert found is not None
    return section.record.model_validate(found).model_dump(mode="json")


def write(key: str, record: dict[str, Any]) -> None:
    sections()["document_templates"].write(key, record, None)  # type: ignore[arg-type]  # it carries no files


def _template(**more: Any) -> DocumentTemplate:
    signer, _made = Role.objects.get_or_create(key="director", defaults={"name": {"ar": "المدير", "en": "Director"}})
    found: DocumentTemplate = DocumentTemplateFactory(signer=signer, **more)
    return found


def test_a_template_that_was_written_reads_the_same() -> None:
    template, other = _template(language="all"), OrganisationFactory()
    record = record_of(f"{template.organisation.key}/permit")

    write(f"{other.key}/permit", record)

    assert record_of(f"{other.key}/permit") == record
    assert record["rows"] == [{"label": {"ar": "الموضوع", "en": "Subject"}, "value": "{answer.subject}"}]


def test_the_role_that_signs_comes_along() -> None:
    template = _template()
    record = record_of(f"{template.organisation.key}/permit")
    record |= {"signer": "registrar", "roles": {"registrar": {"ar": "المسجل", "en": "Registrar"}}}

    write(f"{template.organisation.key}/permit", record)

    template.refresh_from_db()
    assert template.signer == Role.objects.get(key="registrar")


def test_a_role_that_nobody_names_is_refused_in_words() -> None:
    template = _template()
    record = record_of(f"{template.organisation.key}/permit") | {"signer": "nobody"}

    with pytest.raises(ContentError, match="nobody"):
        write(f"{template.organisation.key}/permit", record)


def test_nobody_brings_a_template_into_another_office_by_a_file() -> None:
    template, own = _template(), DepartmentFactory()
    editor = UserFactory(editor=True, departments=[own])
    section, record = sections()["document_templates"], record_of(f"{template.organisation.key}/permit")

    assert not planning._may_write(section, f"{template.organisation.key}/permit", record, editor)
    assert not planning._may_write(section, f"{template.organisation.key}/new", record, editor)
    assert planning._may_write(section, f"{own.organisation.key}/new", record, editor)


def _service_that_issues() -> ServicePage:
    unit = DepartmentFactory()
    _template(organisation=unit.organisation)
    stages = sections()["workflows"].read("review-and-decision", Packed())
    assert stages is not None
    approve = next(
        outcome for stage in stages["stages"] for outcome in stage["outcomes"] if outcome["kind"] == Kind.APPROVE
    )
    approve["issues"] = "permit"
    section = sections()["workflows"]
    record = section.record.model_validate({**stages, "organisation": unit.organisation.key}).model_dump(mode="json")
    section.write("permits", record, None)  # type: ignore[arg-type]  # it carries no files
    page: ServicePage = ServicePageFactory(department=unit, workflow=Workflow.objects.get(key="permits"))
    page.save_revision().publish()
    return page


def test_a_service_takes_the_template_along_that_its_workflow_issues() -> None:
    page = _service_that_issues()
    assert page.department is not None

    bundle = unpack(export_service(page))

    assert list(bundle.records["document_templates"]) == [f"{page.department.organisation.key}/permit"]
    assert bundle.records["workflows"].keys() == {"permits"}


def test_a_bundle_without_the_template_is_told_what_is_missing() -> None:
    page = _service_that_issues()
    bundle = unpack(export_service(page))
    del bundle.records["document_templates"]
    DocumentTemplate.objects.all().delete()

    told = planning.plan_of(bundle).problems

    assert any("permit" in problem for problem in told)
