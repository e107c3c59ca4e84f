"""A form of three hundred questions, and one of fifty steps, from the editor to the desk: nothing gives way."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from forms_builder.blocks import FormStepsBlock
from home.accounts.models import User
from service_requests.records.models import ServiceRequest
from services_catalog.models import ServiceIndexPage, ServicePage
from tests.factories import DepartmentFactory, UserFactory
from tests.forms_builder.samples import TWO, condition, field, step
from tests.service_requests.wizard.samples import Browser
from tests.services_catalog.browser import inputs
from tests.services_catalog.test_admin import posted

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

# steps, questions in each, of which every second step and the last question of each have a condition
SHAPES = [(15, 20), (50, 2)]


def raw(steps: int, questions: int) -> list[dict[str, Any]]:
    return [_step(number, questions) for number in range(steps)]


def _step(number: int, questions: int) -> dict[str, Any]:
    kind = field("one_of", f"kind_{number}", options=TWO)
    texts = [field("short_text", f"text_{number}_{place}") for place in range(questions - 2)]
    last = field("short_text", f"last_{number}", required=False, show_if=condition((f"kind_{number}", "equals", "b")))
    before = condition((f"kind_{number - 1}", "equals", "a")) if number % 2 else condition()
    return step(f"step{number}", kind, *texts, last, show_if=before)


def blocks(steps: int, questions: int) -> Any:
    return FormStepsBlock().to_python(raw(steps, questions))


def answers_of(version: Any, number: int, choice: str = "a") -> dict[str, str]:
    """What is typed into one step."""
    typed = {}
    for question in version.value.steps[number].fields:
        if question.key.startswith("kind_"):
            typed[question.key] = choice
        elif question.key.startswith("text_"):
            typed[question.key] = f"جواب {question.key}"
    return typed


@pytest.fixture
def editor(client: Client) -> Client:
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    return client


@pytest.fixture
def draft(services: ServiceIndexPage) -> ServicePage:
    page = ServicePage(
        title="خدمة طويلة", slug="long", summary="خدمة.", department=DepartmentFactory(), live=False, form_steps=[]
    )
    services.add_child(instance=page)
    return page


@pytest.mark.parametrize(("steps", "questions"), SHAPES)
def test_it_is_published_in_the_editor_applied_for_and_worked_on(
    editor: Client, draft: ServicePage, citizen: User, steps: int, questions: int
) -> None:
    address = reverse("wagtailadmin_pages:edit", args=[draft.pk])
    sent = {**posted(draft), **inputs("form_steps", blocks(steps, questions)), "action-publish": "1"}
    # As many inputs as Django refuses unless it is told otherwise.
    assert len(sent) > 2_000
    refused = editor.post(address, {**sent, f"form_steps-{steps - 1}-value-key": "step0"})
    assert (refused.status_code, "form_steps" in refused.context["form"].errors) == (200, True)
    published = editor.post(address, sent)
    assert published.status_code == 302, published.context and published.context["form"].errors
    assert editor.get(address).status_code == 200
    for report in ("services_catalog_paths", "services_catalog_versions"):
        assert editor.get(reverse(report, args=[draft.pk])).status_code == 200
    page = ServicePage.objects.get(pk=draft.pk)
    version = page.form_version
    assert version is not None
    assert len(list(version.value.fields())) == steps * questions

    applicant = Client()
    applicant.force_login(citizen)
    browser = Browser(applicant, page.slug)
    for number in range(steps):
        key = version.value.steps[number].key
        assert browser.send(key, answers_of(version, number)).status_code == 303, key
    assert browser.review().status_code == 200
    assert browser.submit().status_code == 303

    case = ServiceRequest.objects.get()
    assert set(case.answers) == {key for number in range(steps) for key in answers_of(version, number)}
    last = f"جواب text_{steps - 1}_0" if questions > 2 else case.number
    assert last in editor.get(reverse("requests:inspect", args=[case.public_id])).content.decode()
    assert editor.get(reverse("requests:summary", args=[case.public_id])).content.startswith(b"%PDF")
    for kind in ("csv", "xlsx"):
        exported = editor.get("/admin/requests/export/", {"format": kind})
        assert (exported.status_code, bool(b"".join(exported.streaming_content))) == (200, True)
