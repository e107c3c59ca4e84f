"""The pages of a change of many requests: how far it is, what stayed as it was, and writing to many."""

import csv
import io
import re

import pytest
from django.test import Client
from django.urls import reverse

from cms.jobs.running import run_due_jobs
from home.accounts.models import User
from service_requests.casework.models import MessageTemplate
from service_requests.records.models import Message, ServiceRequest
from service_requests.workflow.runs import starting
from service_requests.workflow.runs.models import BulkRun
from services_catalog.organisations.models import Department
from services_catalog.processes.statuses import Status
from tests.factories import DepartmentFactory, ServiceRequestFactory, UserFactory
from tests.service_requests.desk.conftest import CANARY
from tests.service_requests.desk.test_bulk import address, selected, statuses


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three are many."""
    monkeypatch.setattr(starting, "AT_ONCE", 2)


def three(unit: Department, **traits: object) -> list[ServiceRequest]:
    return [ServiceRequestFactory(department=unit, **(traits or {"in_review": True})) for _serial in range(3)]


def moved(browser: Client, *requests: ServiceRequest) -> BulkRun:
    browser.post(f"{address('move')}?{selected(*requests)}", {"outcome": "approve", "note": "دفعة"})
    return BulkRun.objects.latest("pk")


def page_of(browser: Client, run: BulkRun, query: str = "") -> str:
    return browser.get(reverse("bulk_run", args=[run.public_id]) + query).content.decode()


def test_the_preview_groups_those_that_stay_by_reason(overseer: Client, unit: Department) -> None:
    fit = ServiceRequestFactory(department=unit, in_review=True)
    closed = [ServiceRequestFactory(department=unit, rejected=True) for _serial in range(2)]

    forecasts = overseer.get(f"{address('move')}?{selected(fit, *closed)}").context["forecasts"]

    approve = next(forecast for forecast in forecasts if forecast.done.changed == 1)
    assert [(group.count, len(group.some)) for group in approve.groups] == [(2, 2)]


def test_few_without_a_refusal_lead_back_to_the_list_with_its_filter(overseer: Client, unit: Department) -> None:
    back = reverse("requests:list") + "?status=in_review"

    answer = overseer.post(
        f"{address('move')}?status=in_review&id=all&next={reverse('requests:list')}%3Fstatus%3Din_review",
        {"outcome": "approve", "note": "دفعة"},
    ) if three(unit) else None  # fmt: skip

    assert answer is not None
    assert answer["Location"] == back


def test_a_refusal_is_told_on_the_page_and_in_the_file_by_its_number(overseer: Client, unit: Department) -> None:
    fit, closed = ServiceRequestFactory(department=unit, in_review=True), three(unit, rejected=True)

    run = moved(overseer, fit, *closed)
    page = page_of(overseer, run)
    file = overseer.get(reverse("bulk_run_refused", args=[run.public_id]))

    assert all(request.number in page for request in closed)
    assert fit.number not in page
    content = b"".join(file.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]  # it streams
    rows = list(csv.reader(io.StringIO(content)))[1:]
    assert sorted(number for number, _why in rows) == sorted(request.number for request in closed)
    assert all(why for _number, why in rows)


def test_many_are_shown_in_progress_and_then_done(few: None, overseer: Client, unit: Department) -> None:
    run = moved(overseer, *three(unit))
    under_way = page_of(overseer, run)

    run_due_jobs()
    done = page_of(overseer, run)

    assert "<progress" in under_way
    assert "data-run-under-way" in under_way
    assert "<progress" not in done
    assert ServiceRequest.objects.filter(status=Status.COMPLETED).count() == 3


def test_a_run_is_stopped_and_gone_on_with_by_its_buttons(few: None, overseer: Client, unit: Department) -> None:
    requests = three(unit)
    run = moved(overseer, *requests)

    overseer.post(reverse("bulk_run_stop", args=[run.public_id]))
    run_due_jobs()
    assert statuses(*requests) == {Status.IN_REVIEW}
    assert reverse("bulk_run_continue", args=[run.public_id]) in page_of(overseer, run)
    overseer.post(reverse("bulk_run_continue", args=[run.public_id]))
    run_due_jobs()

    assert statuses(*requests) == {Status.COMPLETED}


def test_what_was_confirmed_is_what_was_shown_even_if_somebody_moved_it_first(
    overseer: Client, unit: Department
) -> None:
    first, second, third = three(unit)
    url = f"{address('move')}?status=in_review&id=all"
    seen = overseer.get(url).context["form"]["seen"].value()
    ServiceRequest.objects.filter(pk=first.pk).update(stage_key="rejected", status=Status.REJECTED)

    overseer.post(url, {"outcome": "approve", "note": "دفعة", "seen": seen})

    run = BulkRun.objects.get()
    assert (run.total, run.changed, run.refused) == (3, 2, 1)
    assert list(run.refusals.values_list("request", flat=True)) == [first.pk]
    assert statuses(second, third) == {Status.COMPLETED}


def test_when_all_were_moved_meanwhile_each_is_told(overseer: Client, unit: Department) -> None:
    requests = three(unit)
    url = f"{address('move')}?{selected(*requests)}"
    seen = overseer.get(url).context["form"]["seen"].value()
    ServiceRequest.objects.update(stage_key="rejected", status=Status.REJECTED)

    overseer.post(url, {"outcome": "approve", "note": "دفعة", "seen": seen})

    assert BulkRun.objects.get().refused == 3


@pytest.mark.parametrize("forgery", ["typed", "anothers"])
def test_a_selection_cannot_be_typed_or_borrowed(
    forgery: str, overseer: Client, unit: Department, foreign: ServiceRequest, supervisor: User
) -> None:
    from service_requests.desk.selection import Frozen

    own = three(unit)
    other = UserFactory(supervisor=True, departments=[foreign.department])
    borrowed = Frozen(foreign.public_id, [foreign.pk]).signed(other)
    seen = borrowed if forgery == "anothers" else borrowed[:-3] + "abc"

    again = overseer.post(f"{address('move')}?{selected(*own)}", {"outcome": "approve", "note": "x", "seen": seen})

    assert again.status_code == 200
    assert not BulkRun.objects.exists()
    assert CANARY not in again.content.decode()


def test_sending_the_confirmation_twice_is_one_run(overseer: Client, unit: Department) -> None:
    url = f"{address('message')}?{selected(*three(unit))}"
    seen = overseer.get(url).context["form"]["seen"].value()
    data = {"text-ar": "رسالة", "seen": seen}

    overseer.post(url, data)
    overseer.post(url, data)

    assert (BulkRun.objects.count(), Message.objects.count()) == (1, 3)


def test_more_than_anybody_overlooks_are_not_changed(
    overseer: Client, unit: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    from service_requests.desk import bulk_page

    monkeypatch.setattr(bulk_page, "MOST", 2)
    three(unit)

    answer = overseer.get(f"{address('move')}?id=all")

    assert answer.status_code == 302


# --- Who sees it -------------------------------------------------------------------------------------


@pytest.mark.parametrize("door", ["bulk_run", "bulk_run_refused", "bulk_run_stop", "bulk_run_continue"])
def test_anothers_run_does_not_exist(door: str, client: Client, overseer: Client, unit: Department) -> None:
    run = moved(overseer, *three(unit))
    stranger = UserFactory(supervisor=True, departments=[DepartmentFactory()])
    colleague = UserFactory(clerk=True, departments=[unit])

    for person in (stranger, colleague):
        client.force_login(person)
        asked = client.post if door in {"bulk_run_stop", "bulk_run_continue"} else client.get
        assert asked(reverse(door, args=[run.public_id])).status_code == 404


def test_an_auditor_reads_a_run_and_cannot_stop_it(
    few: None, client: Client, overseer: Client, auditor: User, unit: Department
) -> None:
    run = moved(overseer, *three(unit))
    client.force_login(auditor)

    assert client.get(reverse("bulk_run", args=[run.public_id])).status_code == 200
    assert reverse("bulk_run_stop", args=[run.public_id]) not in page_of(client, run)
    assert client.post(reverse("bulk_run_stop", args=[run.public_id])).status_code == 404
    assert not BulkRun.objects.get().stop_requested


def test_the_list_of_runs_is_for_those_who_may_change_many(
    client: Client, overseer: Client, auditor: User, unit: Department
) -> None:
    run = moved(overseer, *three(unit))

    assert reverse("bulk_run", args=[run.public_id]) in overseer.get(reverse("bulk_runs")).content.decode()
    client.force_login(auditor)
    assert client.get(reverse("bulk_runs")).status_code == 404


# --- Writing to many ---------------------------------------------------------------------------------


def test_a_template_is_put_in_for_each_language_and_previewed_with_its_text_message(
    overseer: Client, unit: Department
) -> None:
    requests = [*three(unit), ServiceRequestFactory(department=unit, language="en")]
    template = MessageTemplate.objects.create(
        organisation=unit.organisation,
        name={"ar": "جاهز", "en": "Ready"},
        text={"ar": "طلبك {number} جاهز.", "en": "Your request {number} is ready."},
    )
    url = f"{address('message')}?{selected(*requests)}"

    page = overseer.post(url, {"fill": "1", "template": template.pk, "text-ar": "السلام عليكم", "text-en": ""})

    form = page.context["form"]
    assert form["text-ar"].value() == "السلام عليكم\n\nطلبك {number} جاهز."
    assert form["text-en"].value() == "Your request {number} is ready."
    shown = {preview.language: preview for _number, preview in form.previews}
    assert shown["en"].text == f"Your request {requests[-1].number} is ready."
    assert requests[-1].number in shown["en"].sms
    assert not Message.objects.exists()


def test_a_message_goes_to_each_of_the_selection(overseer: Client, unit: Department) -> None:
    requests = three(unit)

    overseer.post(f"{address('message')}?{selected(*requests)}", {"text-ar": "الطلب {number} جاهز."})

    assert sorted(Message.objects.values_list("text", flat=True)) == sorted(
        f"الطلب {request.number} جاهز." for request in requests
    )


def test_an_empty_message_is_not_sent(overseer: Client, unit: Department) -> None:
    answer = overseer.post(f"{address('message')}?{selected(*three(unit))}", {"text-ar": "  "})

    assert re.search(r"autofocus", answer.content.decode())
    assert not BulkRun.objects.exists()


def test_a_word_in_brackets_that_means_nothing_goes_to_no_citizen(overseer: Client, unit: Department) -> None:
    url = f"{address('message')}?{selected(*three(unit))}"

    answer = overseer.post(url, {"text-ar": "الطلب {number} جاهز عند {officer}."})

    assert "{officer}" in str(answer.context["form"].errors["text-ar"])
    assert not BulkRun.objects.exists()
    assert not Message.objects.exists()


@pytest.mark.parametrize("role", ["auditor", "editor"])
def test_who_processes_no_requests_writes_to_nobody(
    role: str, client: Client, unit: Department, request: pytest.FixtureRequest
) -> None:
    requests = three(unit)
    client.force_login(request.getfixturevalue(role))

    client.post(f"{address('message')}?{selected(*requests)}", {"text-ar": "رسالة"})

    assert not Message.objects.exists()


def test_a_page_that_was_confirmed_does_not_pretend_to_do_something_else(overseer: Client, unit: Department) -> None:
    """By the browser's way back to it another choice can be sent."""
    requests = three(unit)
    url = f"{address('move')}?{selected(*requests)}"
    seen = overseer.get(url).context["form"]["seen"].value()
    overseer.post(url, {"outcome": "approve", "note": "دفعة", "seen": seen}, follow=True)

    answer = overseer.post(url, {"outcome": "reject", "note": "خطأ", "seen": seen}, follow=True)

    run = BulkRun.objects.get()
    assert answer.redirect_chain[-1][0] == reverse("bulk_run", args=[run.public_id])
    assert [message.level_tag for message in answer.context["messages"]] == ["warning"]
    assert statuses(*requests) == {Status.COMPLETED}
