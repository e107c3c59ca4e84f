"""Workflows in the admin: kept by editors of the organisation; those of all are read and not changed."""

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from wagtail.users.models import UserProfile

from home.accounts.models import User
from services_catalog.organisations.models import Department, Organisation
from services_catalog.processes.blocks import StagesBlock
from services_catalog.processes.models import Workflow
from tests.factories import DepartmentFactory, OrganisationFactory, ServicePageFactory, UserFactory
from tests.forms_builder.posting import posted
from tests.services_catalog.processes.building import (
    outcome,
    rewritten,
    stage,
    stages_of,
    three_stages,
    workflow_with,
)

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
CANARY = "canary workflow"


@pytest.fixture
def organisation(db: None) -> Organisation:
    office: Organisation = OrganisationFactory()
    return office


@pytest.fixture
def department(organisation: Organisation) -> Department:
    made: Department = DepartmentFactory(organisation=organisation, key="roads")
    return made


@pytest.fixture
def editor(department: Department) -> User:
    return UserFactory(editor=True, departments=[department])


@pytest.fixture
def desk(client: Client, editor: User) -> Client:
    client.force_login(editor)
    return client


@pytest.fixture
def own(organisation: Organisation) -> Workflow:
    return workflow_with(three_stages(), organisation=organisation)


@pytest.fixture
def foreign(db: None) -> Workflow:
    return workflow_with(three_stages(), CANARY.replace(" ", "-"), OrganisationFactory())


@pytest.fixture
def shared(db: None) -> Workflow:
    return Workflow.objects.get(key="citizen-centre")


def address(view: str, *args: Any) -> str:
    return reverse(Workflow.snippet_viewset.get_url_name(view), args=args)  # type: ignore[attr-defined]


def sent(organisation: Organisation | None, written: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {
        "name_ar": "مسار",
        "name_en": "Way",
        "key": "way",
        "organisation": organisation.pk if organisation else "",
        **posted(StagesBlock(), stages_of(written), "stages"),
        **more,
    }


def told(response: HttpResponse) -> str:
    return " ".join(str(message) for message in get_messages(response.wsgi_request))  # type: ignore[attr-defined]


def test_an_editor_builds_a_workflow_of_his_organisation(desk: Client, organisation: Organisation) -> None:
    response = desk.post(address("add"), sent(organisation, three_stages()))

    made = Workflow.objects.get(key="way")
    assert (response.status_code, made.organisation) == (302, organisation)
    assert made.live_version is not None
    assert [one.key for one in made.live_version.value.stages] == ["received", "work", "done"]


def test_only_a_superuser_keeps_a_workflow_for_all_organisations(desk: Client, admin_client: Client) -> None:
    refused = desk.post(address("add"), sent(None, three_stages()))
    made = admin_client.post(address("add"), sent(None, three_stages()))

    assert (refused.status_code, made.status_code) == (200, 302)
    assert Workflow.objects.get(key="way").organisation is None


def test_a_workflow_is_not_made_for_a_body_one_does_not_work_in(desk: Client, foreign: Workflow) -> None:
    response = desk.post(address("add"), sent(foreign.organisation, three_stages()))

    assert response.status_code == 200
    assert not Workflow.objects.filter(key="way").exists()


def test_a_fault_is_shown_at_the_block_it_stands_in(desk: Client, organisation: Organisation) -> None:
    written = [
        stage("received", "submitted", outcome("take", "nowhere", "take")),
        stage("work", "in_progress", outcome("finish", "done", "approve")),
        stage("done", "completed", target={"amount": 2, "unit": "days"}),
    ]

    response = desk.post(address("add"), sent(organisation, written))

    errors = response.context["form"].errors["stages"].as_data()[0].block_errors
    assert response.status_code == 200
    assert sorted(errors) == [0, 1, 2]
    assert list(errors[0].block_errors["outcomes"].block_errors) == [0]
    assert not Workflow.objects.filter(key="way").exists()


def test_what_is_missing_and_what_is_wrong_are_told_together(desk: Client, organisation: Organisation) -> None:
    without_a_label = {"stages-1-value-label-ar": "", "stages-0-value-outcomes-0-value-target": "nowhere"}

    response = desk.post(address("add"), sent(organisation, three_stages(), **without_a_label))

    errors = response.context["form"].errors["stages"].as_data()[0].block_errors
    assert set(errors) >= {0, 1}


def test_a_role_that_nobody_holds_is_a_warning_and_does_not_stop_saving(
    desk: Client, organisation: Organisation
) -> None:
    written = three_stages()
    written[1]["value"]["outcomes"][0]["value"]["roles"] = ["director"]

    response = desk.post(address("add"), sent(organisation, written))

    assert response.status_code == 302
    assert "no member of staff holds one of its roles yet" in told(response) or "لا" in told(response)
    assert Workflow.objects.filter(key="way").exists()


def test_workflows_of_others_are_not_there_and_shared_ones_are_read_only(
    desk: Client, own: Workflow, foreign: Workflow, shared: Workflow
) -> None:
    listed = desk.get(address("list")).content.decode()
    before = shared.live_version_id

    statuses = {view: desk.get(address(view, foreign.pk)).status_code for view in ("edit", "delete", "history", "copy")}
    drawn = [
        desk.get(reverse(name, args=[foreign.pk])).status_code for name in ("workflows_drawing", "workflows_versions")
    ]
    led = desk.get(address("edit", shared.pk))
    posted_anyway = desk.post(address("edit", shared.pk), sent(own.organisation, three_stages()))
    deleted = desk.post(address("delete", shared.pk))

    assert str(own) in listed
    assert str(shared) in listed
    assert str(foreign) not in listed
    assert statuses == dict.fromkeys(statuses, 404)
    assert drawn == [404, 404]
    assert led["Location"] == reverse("workflows_drawing", args=[shared.pk])
    assert (posted_anyway.status_code, deleted.status_code) == (302, 302)
    shared.refresh_from_db()
    assert shared.live_version_id == before


def test_clerks_have_no_business_with_workflows(client: Client, department: Department, own: Workflow) -> None:
    client.force_login(UserFactory(clerk=True, departments=[department]))

    assert client.get(address("list")).status_code == 302
    assert client.get(reverse("workflows_drawing", args=[own.pk])).status_code == 404


def test_a_shared_workflow_is_copied_to_be_changed(desk: Client, organisation: Organisation, shared: Workflow) -> None:
    page = desk.get(address("copy", shared.pk))

    response = desk.post(address("copy", shared.pk), {**sent(organisation, three_stages()), "key": "our-centre"})

    assert page.status_code == 200
    assert response.status_code == 302
    assert Workflow.objects.get(key="our-centre").organisation == organisation
    shared.refresh_from_db()
    assert shared.organisation is None


def _renamed(place: int, name: str) -> list[dict[str, Any]]:
    written = three_stages()
    written[place]["value"]["label"] = {"ar": name, "en": name}
    return written


def test_of_two_editors_the_second_is_told_and_overwrites_nothing_unseen(
    desk: Client, own: Workflow, organisation: Organisation
) -> None:
    page = address("edit", own.pk)
    seen = desk.get(page).context["form"]["seen"].value()
    assert seen in desk.get(page).content.decode()

    first = desk.post(page, sent(organisation, _renamed(1, "First"), seen=seen))
    second = desk.post(page, sent(organisation, _renamed(2, "Second"), seen=seen))

    assert (first.status_code, second.status_code) == (302, 200)
    assert "2" in str(second.context["form"].non_field_errors())
    assert [one.label["en"] for one in Workflow.objects.get(pk=own.pk).value.stages] == ["Received", "First", "Done"]
    # Told once: now he knows.
    seen = second.context["form"]["seen"].value()
    again = desk.post(page, sent(organisation, _renamed(2, "Second"), seen=seen))
    assert again.status_code == 302
    assert [one.label["en"] for one in Workflow.objects.get(pk=own.pk).value.stages] == ["Received", "Work", "Second"]


def test_saving_twice_in_a_hurry_is_no_conflict(desk: Client, own: Workflow, organisation: Organisation) -> None:
    page = address("edit", own.pk)
    seen = desk.get(page).context["form"]["seen"].value()
    written = sent(organisation, _renamed(1, "First"), seen=seen)

    answers = [desk.post(page, written).status_code for _time in range(2)]

    assert answers == [302, 302]
    assert own.versions.count() == 2


def test_a_workflow_keeps_its_key(desk: Client, own: Workflow, organisation: Organisation) -> None:
    desk.post(address("edit", own.pk), sent(organisation, _renamed(1, "First"), key="another"))

    own.refresh_from_db()
    assert own.key == "own"
    assert own.value.stages[1].label["en"] == "First"


@pytest.mark.parametrize("label", ["\u200f", "\u200b \u200e", "\u202e\u202c"])
def test_a_label_of_signs_that_nobody_sees_is_missing(desk: Client, organisation: Organisation, label: str) -> None:
    written = three_stages()
    written[0]["value"]["outcomes"][0]["value"]["label"] = {"ar": label, "en": "Take"}

    response = desk.post(address("add"), sent(organisation, written))
    named = desk.post(address("add"), sent(organisation, three_stages(), name_ar=label))

    assert (response.status_code, named.status_code) == (200, 200)
    assert not Workflow.objects.filter(key="way").exists()


def test_saving_without_a_change_makes_no_version(desk: Client, own: Workflow) -> None:
    same = {
        **sent(own.organisation, three_stages()),
        "key": own.key,
        "name_ar": own.name["ar"],
        "name_en": own.name["en"],
    }

    assert desk.post(address("edit", own.pk), same).status_code == 302
    assert own.versions.count() == 1

    desk.post(address("edit", own.pk), {**same, "stages-1-value-label-en": "Being worked on"})

    assert own.versions.count() == 2
    assert own.history.count() == 3


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_workflow_is_drawn_and_told_in_words(desk: Client, editor: User, shared: Workflow, language: str) -> None:
    UserProfile.objects.create(user=editor, preferred_language=language)

    response = desk.get(reverse("workflows_drawing", args=[shared.pk]))

    page = response.content.decode()
    value = shared.live_version.value  # type: ignore[union-attr]
    assert page.count("<rect") == len(value.stages)
    assert page.count('class="diwan-workflow__arrow ') == len(list(value.outcomes()))
    assert f'direction="{"rtl" if language == "ar" else "ltr"}"' in page
    assert all(f'id="stage-{one.key}"' in page for one in value.stages)
    svg = page[page.index("<svg viewBox") : page.index("</figure>")]
    assert "style=" not in svg
    assert "onclick" not in svg


def test_versions_are_listed_newest_first_and_drawn_as_they_were(desk: Client, own: Workflow) -> None:
    rewritten(own, [*three_stages()[:2], stage("done", "completed"), stage("refused", "rejected")])

    rows = desk.get(reverse("workflows_versions", args=[own.pk])).context["rows"]
    old = desk.get(reverse("workflows_drawing_of_version", args=[own.pk, 1]))

    assert [(row.number, row.is_live) for row in rows] == [(2, True), (1, False)]
    assert len(old.context["drawing"].boxes) == 3
    assert desk.get(reverse("workflows_drawing_of_version", args=[own.pk, 9])).status_code == 404


def test_an_unused_workflow_is_deleted_with_its_versions(desk: Client, own: Workflow) -> None:
    rewritten(own, [*three_stages(), stage("refused", "rejected")])

    response = desk.post(address("delete", own.pk))

    assert response.status_code == 302
    assert not Workflow.objects.filter(pk=own.pk).exists()


def test_a_workflow_that_a_service_follows_is_not_deleted_and_says_so(
    desk: Client, own: Workflow, department: Department
) -> None:
    ServicePageFactory(workflow=own, department=department)

    response = desk.post(address("delete", own.pk))

    assert response.status_code == 302
    assert str(own) in told(response)
    assert Workflow.objects.filter(pk=own.pk).exists()


def test_the_default_workflow_is_never_deleted(admin_client: Client) -> None:
    default = Workflow.objects.get(key="review-and-decision")

    response = admin_client.post(address("delete", default.pk))

    assert str(default) in told(response)
    assert Workflow.objects.filter(pk=default.pk).exists()


def test_many_are_deleted_at_once_unless_one_is_used(
    desk: Client, own: Workflow, foreign: Workflow, department: Department
) -> None:
    other = workflow_with(three_stages(), "other", own.organisation)
    page = reverse("wagtail_bulk_action", args=["processes", "workflow", "delete"])

    ServicePageFactory(workflow=other, department=department)
    refused = desk.post(f"{page}?id={own.pk}&id={other.pk}")
    kept = Workflow.objects.filter(pk__in=[own.pk, other.pk]).count()
    desk.post(f"{page}?id={own.pk}&id={foreign.pk}")

    assert str(other) in told(refused)
    assert kept == 2
    assert list(Workflow.objects.filter(pk__in=[own.pk, other.pk, foreign.pk]).order_by("key")) == [foreign, other]
