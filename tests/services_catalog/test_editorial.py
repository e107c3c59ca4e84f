"""Compare, schedule, lock, workflow and comments of Wagtail, on service pages with a form."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Comment, GroupApprovalTask, Workflow, WorkflowTask

from forms_builder.models import FormVersion
from home.accounts.models import User
from services_catalog.models import ServiceIndexPage, ServicePage
from tests.factories import DepartmentFactory, UserFactory
from tests.forms_builder.samples import SAMPLES, TWO, condition, field, step
from tests.services_catalog.forms import GOOD, draft_of, page_with
from tests.services_catalog.posting import posted_page

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def at_desk(client: Client, editor: User) -> Client:
    client.force_login(editor)
    return client


@pytest.fixture
def page(services: ServiceIndexPage) -> ServicePage:
    page = page_with(services, DepartmentFactory(), *GOOD)
    page.save_revision().publish()
    return ServicePage.objects.get(pk=page.pk)


def asked(page: ServicePage) -> list[str]:
    version = ServicePage.objects.get(pk=page.pk).form_version
    return [question.key for question in version.value.fields()] if version else []


def edit(client: Client, page: ServicePage, **more: Any) -> Any:
    """What the editor's button sends, the rest of the page as it stands."""
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    return client.post(address, posted_page(page, **more))


# -- compare


def test_two_revisions_are_compared_in_words(at_desk: Client, page: ServicePage) -> None:
    before = page.latest_revision
    later = draft_of(page, "name", "place", "day")

    response = at_desk.get(reverse("wagtailadmin_pages:revisions_compare", args=[page.pk, before.pk, later.pk]))

    assert response.status_code == 200
    told = [comparison.htmldiff() for comparison in response.context["comparison"]]
    assert told == ["<ul><li>سؤال جديد: «سؤال 3».</li></ul>"]
    assert told[0] in response.content.decode()


def test_every_type_of_question_can_be_compared(at_desk: Client, page: ServicePage) -> None:
    before = page.latest_revision
    kinds = [field(kind, kind, **settings) for kind, (settings, _answer) in SAMPLES.items()]
    page.form_steps = [step("first", field("one_of", "parent", options=TWO), *kinds, show_if=condition())]
    later = page.save_revision(clean=False)

    forwards = at_desk.get(reverse("wagtailadmin_pages:revisions_compare", args=[page.pk, before.pk, later.pk]))
    backwards = at_desk.get(reverse("wagtailadmin_pages:revisions_compare", args=[page.pk, later.pk, before.pk]))

    assert (forwards.status_code, backwards.status_code) == (200, 200)
    assert all(f"سؤال {kind}" in forwards.content.decode() for kind in SAMPLES if kind != "content")


def test_a_revision_that_asks_the_same_differs_in_nothing(at_desk: Client, page: ServicePage) -> None:
    before = page.latest_revision
    later = draft_of(page, *GOOD)

    response = at_desk.get(reverse("wagtailadmin_pages:revisions_compare", args=[page.pk, before.pk, later.pk]))

    assert list(response.context["comparison"]) == []


# -- schedule


def test_what_is_scheduled_goes_live_with_its_form_and_not_before(at_desk: Client, page: ServicePage) -> None:
    draft_of(page, "name", "day")
    tomorrow = timezone.localtime() + timedelta(days=1)
    sent = {"action-publish": "yes", "go_live_at": tomorrow.strftime("%Y-%m-%d %H:%M")}

    response = edit(at_desk, page, **sent)

    assert response.status_code == 302
    call_command("publish_scheduled")
    assert asked(page) == ["name", "place"]
    revision = ServicePage.objects.get(pk=page.pk).scheduled_revision
    assert revision is not None
    # The day comes.
    revision.approved_go_live_at = timezone.now() - timedelta(minutes=1)
    revision.content["go_live_at"] = revision.approved_go_live_at.isoformat()
    revision.save()
    call_command("publish_scheduled")
    assert asked(page) == ["name", "day"]


# -- lock


def test_a_locked_page_keeps_its_form(at_desk: Client, page: ServicePage) -> None:
    data = posted_page(page, title="آخر")
    page.locked = True
    page.locked_by = UserFactory(is_superuser=True, is_staff=True)
    page.locked_at = timezone.now()
    page.save()
    before = page.latest_revision_id

    shown = at_desk.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
    at_desk.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), {**data, "action-publish": "yes"})

    assert shown.status_code == 200
    page.refresh_from_db()
    assert (page.title, page.latest_revision_id) == ("خدمة تصريح", before)


# -- workflow


def test_what_is_approved_goes_live_with_its_form(at_desk: Client, page: ServicePage) -> None:
    approvers = Group.objects.create(name="approvers")
    task = GroupApprovalTask.objects.create(name="Check")
    task.groups.add(approvers)
    workflow = Workflow.objects.create(name="Two pairs of eyes")
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    draft_of(page, "name", "day")
    state = workflow.start(page, UserFactory(editor=True))
    boss = Client()
    boss.force_login(UserFactory(is_superuser=True, is_staff=True))
    versions = FormVersion.objects.count()

    address = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", state.current_task_state.pk])
    response = boss.post(address, {"comment": ""}, follow=True)

    assert response.status_code == 200
    state.refresh_from_db()
    assert state.status == "approved"
    assert asked(page) == ["name", "day"]
    assert FormVersion.objects.count() == versions + 1


# -- comments


def test_a_comment_on_a_question_is_kept(at_desk: Client, page: ServicePage) -> None:
    path = "form_steps.step-1.fields.field-1.label.ar"
    comment = {
        "TOTAL_FORMS": "1", "INITIAL_FORMS": "0", "MIN_NUM_FORMS": "0", "MAX_NUM_FORMS": "",
        "0": {
            "text": "أوضح من هذا", "contentpath": path, "position": "", "resolved": "", "id": "",
            "replies": {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0", "MIN_NUM_FORMS": "0", "MAX_NUM_FORMS": "0"},
        },
    }  # fmt: skip

    response = edit(at_desk, page, comments=comment)

    assert response.status_code == 302
    kept = Comment.objects.get(page_id=page.pk)
    assert (kept.text, kept.contentpath) == ("أوضح من هذا", path)
    shown = at_desk.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
    assert json.dumps(kept.text)[1:-1] in shown.content.decode()
