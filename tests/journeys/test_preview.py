"""An editor walks through a form before it is published: what citizens will be asked, and nothing of it stays."""

import json
import re
from pathlib import Path

from playwright.sync_api import FrameLocator, expect

from tests.journeys.browsing import PHONE, Window, Windows
from tests.journeys.editing import Editor
from tests.journeys.papers import letter
from tests.journeys.portal import DEMO_PASSWORD, Portal
from tests.journeys.publishing import NEW_QUESTION, OwnService

_STORED = """
import json
from forms_builder.models import FormVersion
from service_requests.models import Attachment, Draft, Notice, Preview, ServiceRequest
models = (Attachment, Draft, FormVersion, Notice, Preview, ServiceRequest)
print(json.dumps({model.__name__: model.objects.count() for model in models}))
"""


def stored(portal: Portal) -> dict[str, int]:
    counted: dict[str, int] = json.loads(portal.shell(_STORED).splitlines()[-1])
    return counted


def test_a_form_is_walked_before_it_is_published(
    visit: Windows, portal: Portal, own_service: OwnService, tmp_path: Path
) -> None:
    before = stored(portal)
    window = visit()
    window.open("/admin/")
    window.sign_in("editor", DEMO_PASSWORD)
    editor = Editor(window, own_service.pk)
    editor.open()
    editor.add_question(0, **NEW_QUESTION)
    editor.save_draft()

    editor.preview_the_form()

    wizard = window.page.frame_locator(".diwan-preview--phone iframe")
    expect(wizard.locator("html")).to_have_attribute("dir", "rtl")
    assert wizard.locator("body").evaluate("() => window.innerWidth") == PHONE["width"]
    expect(wizard.locator(".preview-banner")).to_contain_text("معاينة")
    expect(wizard.locator("main")).to_contain_text(NEW_QUESTION["ar"])
    walk(wizard, window, tmp_path)
    expect(wizard.locator("h1")).to_have_text("هنا يُرسل الطلب")
    assert stored(portal) == before

    window.page.locator(".diwan-preview__choices a", has_text="English").click()
    expect(wizard.locator("html")).to_have_attribute("lang", "en")
    expect(wizard.locator("main")).to_contain_text(NEW_QUESTION["en"])
    window.page.locator('.diwan-preview__choices a[href*="width=desktop"]').click()
    wide = window.page.frame_locator(".diwan-preview--desktop iframe")
    expect(wide.locator(".preview-banner")).to_be_visible()
    assert wide.locator("body").evaluate("() => window.innerWidth") == 1280


def walk(wizard: FrameLocator, window: Window, papers: Path) -> None:
    """From the first page to the last."""

    def go_on(to: str) -> None:
        wizard.locator("button[name=do][value=continue]:not([aria-hidden])").click()
        expect(wizard.locator("form[action], main")).not_to_have_count(0)
        window.page.wait_for_function(
            "step => document.querySelector('iframe').contentWindow.location.pathname.includes(step)", arg=to
        )

    def fill(name: str, text: str) -> None:
        wizard.locator(f'[name="{name}"]').fill(text)

    fill("full_name", "أحمد محمد سالم اليامي")
    fill("identity", "1012345672")
    fill("mobile", "0501234567")
    fill("email", "editor@example.com")
    wizard.locator('input[name="applicant_type"][value="individual"]').check()
    wizard.locator('[name="governorate"]').select_option("sharurah")
    fill(NEW_QUESTION["key"], "ن ج ر 1448")
    go_on("/steps/visit/")
    wizard.locator('input[name="appointment_type"][value="department"]').check()
    wizard.locator('input[name="party"][value="rights"]').check()
    wizard.locator('input[name="gate"][value="main"]').check()
    wizard.locator('[name="reason"]').select_option("follow_up")
    fill("topic", "متابعة معاملة.")
    go_on("/steps/companions/")
    wizard.locator('[name="letter"]').set_input_files(letter(papers))
    expect(wizard.locator(".file__name")).to_be_visible()
    wizard.locator('input[name="has_items"][value="no"]').check()
    go_on("/review/")
    expect(wizard.locator("main")).to_contain_text(re.compile("ن ج ر 1448"))
    wizard.locator("input[type=checkbox][name=declaration]").check()
    wizard.locator("form[data-sends-once] button[type=submit]").click()
