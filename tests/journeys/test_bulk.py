"""Supervisors change many requests at once: a preview, a confirmation, progress, and what came of it."""

import csv
import io
import re
import secrets

import pytest
from playwright.sync_api import expect

from tests.journeys.browsing import Windows
from tests.journeys.desk import Desk
from tests.journeys.portal import Portal

MANY, OTHERS = 500, 20
# A name of its own, even where the database was kept.
SIGN = f"journey{secrets.token_hex(4)}"
# Copies of a request that the demo brought, under numbers of their own; some of them closed already.
COPIES = f"""
import uuid
from django.utils import timezone
from service_requests.records.models import ServiceRequest
from service_requests.records.search import search_text_of
one = ServiceRequest.objects.filter(number__startswith="NJR", status="submitted").order_by("pk").first()
one = one or ServiceRequest.objects.filter(status="submitted").order_by("pk").first()
fields = {{field.attname: getattr(one, field.attname) for field in ServiceRequest._meta.concrete_fields}}
for name in ("id", "public_id", "submission_key", "serial", "number", "search_text", "applicant_name"):
    del fields[name]
# Far from those that the counter gives to the next journeys.
first = ServiceRequest.objects.order_by("-serial").values_list("serial", flat=True).first() + 10_000
done = next(stage for stage in one.workflow.stages if stage.is_closed)
closed = {{"stage_key": done.key, "status": done.status, "closed_at": timezone.now(), "outcome": "approve"}}
rows = []
for place in range({MANY + OTHERS}):
    number = f"{{one.series}}-BULK-{{first + place:06d}}"
    more = closed if place >= {MANY} else {{}}
    rows.append(ServiceRequest(**{{**fields, **more}}, serial=first + place, number=number, submission_key=uuid.uuid4(),
        applicant_name="{SIGN}", search_text=search_text_of(number=number, name="{SIGN}", identity="", mobile="")))
ServiceRequest.objects.bulk_create(rows)
print(one.department.organisation.key, one.stage_key)
"""


@pytest.fixture
def five_hundred(portal: Portal) -> None:
    portal.shell(COPIES)


def test_a_supervisor_moves_all_filtered_requests_and_reads_what_came_of_it(five_hundred: None, visit: Windows) -> None:
    supervisor = Desk.of(visit, "supervisor")
    page = supervisor.page
    supervisor.list(f"?q={SIGN}")
    expect(page.locator("main")).to_contain_text(str(MANY + OTHERS))
    page.locator("thead input[type=checkbox]").check()
    page.locator("[data-bulk-action-num-objects-in-listing]").click()
    page.locator('[data-bulk-action-button][href*="/move/"]').click()

    expect(page.locator(".diwan-bulk")).to_contain_text(str(MANY + OTHERS))
    forecast = page.locator(".diwan-forecasts > li").first
    expect(forecast).to_contain_text(str(MANY))
    forecast.locator("details summary").first.click()
    expect(forecast.locator("details").first).to_contain_text(str(OTHERS))
    supervisor.window.accessible()
    page.locator("[name=outcome]").first.check()
    page.locator("[name=note]").fill("توزيع العمل")
    page.locator(".diwan-bulk button[type=submit]").click()

    # By itself from how far it is to what came of it.
    expect(page).to_have_url(re.compile("/admin/runs/"))
    expect(page.locator("#run dl")).to_contain_text(str(MANY + OTHERS))
    supervisor.window.accessible()
    expect(page.locator("#run:not([data-run-under-way])")).to_be_visible(timeout=120_000)
    expect(page.locator("#run dd").nth(1)).to_have_text(str(MANY))
    expect(page.locator("#run dd").nth(2)).to_have_text(str(OTHERS))
    expect(page.locator("#run tbody tr")).to_have_count(OTHERS)
    supervisor.window.accessible()
    with page.expect_download() as download:
        page.locator('a[href$="refused.csv"]').click()
    rows = list(csv.reader(io.StringIO(download.value.path().read_text("utf-8-sig"))))
    assert len(rows) == OTHERS + 1

    page.locator("#run .diwan-exchange__buttons a").last.click()
    expect(page).to_have_url(re.compile("[?]q="))
    supervisor.window.open("/admin/runs/")
    expect(supervisor.rows.first).to_contain_text(str(OTHERS))
    supervisor.window.accessible()
    supervisor.rows.first.locator("a").click()

    # Without scripts the same page tells the same.
    plain = visit(scripts=False)
    plain.open(supervisor.window.path)
    plain.sign_in("supervisor", "diwan-demo")
    expect(plain.page.locator("#run tbody tr")).to_have_count(OTHERS)
    plain.accessible()


def test_a_message_to_several_citizens_is_previewed_and_written(visit: Windows) -> None:
    supervisor = Desk.of(visit, "supervisor")
    page = supervisor.page
    supervisor.list("?status=in_review")
    supervisor.rows.first.locator("input[type=checkbox]").check()
    number = supervisor.rows.first.locator("th a").inner_text()
    page.locator('[data-bulk-action-button][href*="/message/"]').click()

    page.locator("textarea").first.fill("طلبك {number} جاهز للاستلام.")
    page.locator("button[name=preview]").click()
    expect(page.locator(".diwan-preview-message")).to_contain_text(f"طلبك {number} جاهز للاستلام.")
    supervisor.window.accessible()
    page.locator(".diwan-bulk button.button[type=submit]:not([name])").click()

    expect(page.locator(".messages")).to_be_visible()
    supervisor.open(number)
    expect(page.locator(".diwan-messages")).to_contain_text(f"طلبك {number} جاهز للاستلام.")
