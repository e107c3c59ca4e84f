"""The editor of a notice's text counts text messages in the browser as the portal counts them."""

import json
from html import escape

import pytest
from playwright.sync_api import Browser

from cms import PROJECT_ROOT
from cms.placeholders import filled
from cms.segments import GSM, GSM_TWICE, segments

CLOSING = "You cannot reply."
SAMPLES = {"number": "NJR-1448-000067", "odd": "{number}"}
TOLD = {
    "gsm": GSM, "gsmTwice": GSM_TWICE, "words": "{c}/{p}", "channel": "sms",
    "samples": {"en": SAMPLES}, "closings": {"en": CLOSING},
}  # fmt: skip
PAGE = f"""<select name="channel"><option>sms</option><option>email</option></select>
<div data-notice-counter="{escape(json.dumps(TOLD))}"><p data-saved-size>1</p></div>
<textarea name="text_en" lang="en"></textarea>"""


@pytest.mark.parametrize(
    "text",
    [
        "a", "a" * 142, "a" * 143, "€" * 71, "€" * 72, "ض" * 52, "ض" * 53, "ض" * 116, "ض" * 117, "😀" * 26, "😀" * 60,
        "a\nb", "{number}", "{ number } {other} {}", "{odd}", "“quoted”", " spaces ",
    ],
)  # fmt: skip
def test_the_browser_counts_as_the_portal_does(browser: Browser, text: str) -> None:
    page = browser.new_page()
    page.set_content(PAGE)
    page.add_script_tag(path=PROJECT_ROOT / "cms" / "static" / "cms" / "notice-text.js")
    page.evaluate("dispatchEvent(new Event('DOMContentLoaded'))")

    page.fill("textarea", text)
    shown = page.locator("[role=status]")

    size = segments(f"{filled(text.strip(), SAMPLES)} {CLOSING}")
    assert shown.text_content() == f"{size.characters}/{size.parts}"
    assert page.locator("[data-saved-size]").count() == 0
    page.select_option("select", "email")
    assert shown.is_hidden()
    page.close()
