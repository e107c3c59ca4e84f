"""An editor builds a workflow from nothing in the admin; a clerk works a request through it."""

import re
import uuid
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.journeys.applying import Application
from tests.journeys.browsing import Window, Windows
from tests.journeys.desk import Desk
from tests.journeys.portal import DEMO_PASSWORD, Portal
from tests.journeys.publishing import OwnService

ROLE = "officer"
# The clerk holds the role in his department, whatever else he holds.
_HOLDS = f"""
from home.accounts.models import User
from services_catalog.models import ServicePage
from services_catalog.organisations.models import Membership, Role
page = ServicePage.objects.get(pk=%(pk)s)
clerk = User.objects.get(username="clerk")
Membership.objects.get_or_create(user=clerk, department=page.department, role=Role.objects.get(key="{ROLE}"))
"""


@dataclass
class WorkflowEditor:
    """The editor of a workflow. Blocks are named as their inputs are."""

    window: Window

    @property
    def page(self) -> Page:
        return self.window.page

    def begin(self, key: str, organisation: str) -> None:
        self.window.open("/admin/snippets/processes/workflow/add/")
        self.page.locator("[name=name_ar]").fill(f"مسار {key}")
        self.page.locator("[name=name_en]").fill(f"Way {key}")
        self.page.locator("[name=key]").fill(key)
        body = self.page.locator("[name=organisation]")
        body.select_option(label=body.locator("option", has_text=organisation).first.inner_text())

    def input(self, name: str) -> Locator:
        return self.page.locator(f'[name="{name}"]')

    def add(self, stream: str) -> str:
        """A block at the end of a list; the beginning of the names of its inputs."""
        count = self.input(f"{stream}-count")
        place = int(count.input_value())
        children = self.page.locator(f'[name="{stream}-count"] + div')
        children.locator("> div > .c-sf-add-button, > .c-sf-add-button").last.click()
        expect(count).to_have_value(str(place + 1))
        return f"{stream}-{place}-value"

    def words(self, name: str, ar: str, en: str) -> None:
        self.input(f"{name}-label-ar").fill(ar)
        self.input(f"{name}-label-en").fill(en)
        self.input(f"{name}-label-en").blur()

    def stage(self, ar: str, en: str, status: str) -> str:
        added = self.add("stages")
        self.words(added, ar, en)
        self.input(f"{added}-status").select_option(status)
        return added

    def outcome(self, stage: str, ar: str, en: str, *, leads_to: str, kind: str) -> str:
        added = self.add(f"{stage}-outcomes")
        self.words(added, ar, en)
        target = self.page.locator(f'[id="{added}-target-pick"]')
        target.focus()
        target.select_option(label=leads_to)
        self.input(f"{added}-kind").select_option(kind)
        return added

    def save(self) -> None:
        self.page.locator("footer button[type=submit]").first.click()


def test_a_workflow_is_built_from_nothing_and_a_request_worked_through_it(
    visit: Windows, portal: Portal, own_service: OwnService, at_home: Window, tmp_path: Path
) -> None:
    portal.shell(_HOLDS % {"pk": own_service.pk})
    key = f"way-{uuid.uuid4().hex[:8]}"
    editor = WorkflowEditor(visit())
    editor.window.open("/admin/")
    editor.window.sign_in("editor", DEMO_PASSWORD)

    build(editor, key)
    look_at_the_drawing(editor, key)
    follow(editor, own_service, key)

    application = Application(at_home, tmp_path, service=own_service.slug)
    application.everything()
    number = application.send()
    clerk = Desk.of(visit, "clerk")
    clerk.open(number)
    clerk.act("begin")
    expect(clerk.page.locator(".diwan-case__title")).to_contain_text("قيد الدراسة")
    clerk.act("finish")
    expect(clerk.page.locator(".diwan-case__title")).to_contain_text("منجز")
    expect(clerk.offers("finish")).to_have_count(0)


def build(editor: WorkflowEditor, key: str) -> None:
    """Three stages, a role and a target; the editor forgets where the last outcome leads, and is told there."""
    editor.begin(key, "نجران")
    received = editor.stage("وارد", "Received", "submitted")
    study = editor.stage("قيد الدراسة", "Under study", "in_review")
    editor.stage("منجز", "Finished", "completed")
    editor.input(f"{study}-target-amount").fill("3")
    editor.input(f"{study}-roles").and_(editor.page.locator(f'[value="{ROLE}"]')).check()
    begin = editor.outcome(received, "بدء الدراسة", "Begin", leads_to="قيد الدراسة", kind="take")
    expect(editor.input(f"{begin}-key")).to_have_value("begin")

    editor.save()
    dead_end = editor.page.locator(".help-critical, .w-field__errors, .error-message").filter(visible=True).first
    expect(dead_end).to_be_visible()

    editor.outcome(study, "إنجاز", "Finish", leads_to="منجز", kind="approve")
    editor.save()
    expect(editor.page.locator(".messages .success")).to_be_visible()


def look_at_the_drawing(editor: WorkflowEditor, key: str) -> None:
    editor.window.open("/admin/snippets/processes/workflow/")
    editor.page.get_by_role("link", name=f"مسار {key}").first.click()
    editor.page.locator('a[href$="/drawing/"]').first.click()
    expect(editor.page.locator(".diwan-workflow rect")).to_have_count(3)
    expect(editor.page.locator(".diwan-workflow__arrow")).to_have_count(2)
    expect(editor.page.locator(".diwan-workflow__words")).to_contain_text(re.compile("3|ثلاثة|٣"))
    editor.window.accessible()


def follow(editor: WorkflowEditor, service: OwnService, key: str) -> None:
    editor.window.open(f"/admin/pages/{service.pk}/edit/")
    editor.page.locator("[role=tab]").nth(2).click()
    editor.page.locator("select[name=workflow]").select_option(label=f"مسار {key}")
    editor.page.locator("footer [data-w-dropdown-target=toggle]").click()
    editor.page.locator("button[name=action-publish]").click()
    expect(editor.page.locator(".messages .success")).to_be_visible()
