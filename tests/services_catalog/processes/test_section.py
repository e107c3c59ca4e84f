"""Workflows travel with services: what is read back is what was written, and nobody makes one for all by a file."""

from typing import Any

import pytest

from services_catalog.bundles import planning
from services_catalog.bundles.sections import sections
from services_catalog.content.media import Packed
from services_catalog.content.refusal import ContentError
from services_catalog.organisations.models import Role
from services_catalog.processes.models import Workflow
from services_catalog.processes.section import WorkflowRecord
from tests.factories import DepartmentFactory, UserFactory
from tests.services_catalog.processes.building import three_stages, workflow_with

pytestmark = pytest.mark.django_db


def record_of(key: str) -> dict[str, Any]:
    found = sections()["workflows"].read(key, Packed())
    assert found is not None
    return WorkflowRecord.model_validate(found).model_dump(mode="json")


def write(key: str, record: dict[str, Any]) -> None:
    sections()["workflows"].write(key, record, None)  # type: ignore[arg-type]  # it carries no files


@pytest.mark.parametrize("key", ["citizen-centre", "review-and-decision", "simple-ticket"])
def test_a_workflow_that_was_written_reads_the_same(key: str) -> None:
    record = record_of(key)

    write(f"{key}-again", record)

    assert record_of(f"{key}-again") == record


def test_writing_it_again_makes_no_other_version() -> None:
    write("citizen-centre", record_of("citizen-centre"))

    assert Workflow.objects.get(key="citizen-centre").versions.count() == 1


def test_a_role_that_is_not_known_comes_along_and_a_known_one_keeps_its_name() -> None:
    record = record_of("citizen-centre")
    Role.objects.filter(key="director").update(name={"ar": "المدير العام", "en": "Head"})
    before = Role.objects.filter(key="delivery").delete()

    write("again", record)

    assert before[0] == 1
    assert Role.objects.filter(key="delivery").exists()
    assert Role.objects.get(key="director").name["en"] == "Head"


def test_a_workflow_with_faults_is_refused_in_words() -> None:
    record = record_of("simple-ticket")
    record["stages"][0]["outcomes"][0]["target"] = "nowhere"

    with pytest.raises(ContentError):
        write("again", record)

    assert not Workflow.objects.filter(key="again").exists()


def test_a_workflow_of_another_organisation_is_not_overwritten() -> None:
    own = workflow_with(three_stages(), organisation=DepartmentFactory().organisation)

    with pytest.raises(ContentError):
        write(own.key, record_of("simple-ticket"))


def test_only_a_superuser_brings_a_workflow_for_all_organisations() -> None:
    editor = UserFactory(editor=True, departments=[DepartmentFactory()])
    section, record = sections()["workflows"], record_of("simple-ticket")
    own = {**record, "organisation": editor.memberships.get().department.organisation.key}

    assert not planning._may_write(section, "new", record, editor)
    assert planning._may_write(section, "new", own, editor)
