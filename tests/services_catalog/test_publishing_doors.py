"""A form with errors goes live by no door, and every door says so in words."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import GroupApprovalTask, Locale, Page, Revision, Workflow, WorkflowTask
from wagtail_localize.models import Translation, TranslationSource

from forms_builder.models import Form
from home.accounts.models import User
from services_catalog.going_live import NotReadyToGoLive
from services_catalog.models import ServiceIndexPage, ServicePage
from tests.factories import DepartmentFactory, UserFactory
from tests.services_catalog.forms import DOUBLE, GOOD, draft_of, page_with

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    return client


@pytest.fixture
def draft(services: ServiceIndexPage) -> ServicePage:
    """A page that is not live, with one key twice in its form."""
    page = page_with(services, DepartmentFactory(), *DOUBLE)
    page.save_revision(clean=False)
    return page


def fresh(page: Page) -> ServicePage:
    return ServicePage.objects.get(pk=page.pk)


def never_went_live(page: Page) -> bool:
    asked = Form.objects.filter(translation_key=page.translation_key, live_version__isnull=False)
    return not fresh(page).live and not asked.exists()


def words_of(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"]) if response.context else ""


def test_a_form_without_errors_goes_live_with_its_page(services: ServiceIndexPage) -> None:
    page = page_with(services, DepartmentFactory(), *GOOD)

    page.save_revision().publish()

    assert fresh(page).live
    version = fresh(page).form_version
    assert version is not None
    assert [question.key for question in version.value.fields()] == list(GOOD)


def test_a_revision_with_errors_is_not_published(draft: ServicePage) -> None:
    with pytest.raises(NotReadyToGoLive):
        draft.get_latest_revision().publish()

    assert never_went_live(draft)


def test_adding_a_live_page_with_errors_adds_nothing(services: ServiceIndexPage) -> None:
    with pytest.raises(NotReadyToGoLive):
        page_with(services, DepartmentFactory(), *DOUBLE, live=True)

    assert not ServicePage.objects.filter(slug="permit").exists()


def test_a_form_without_a_department_does_not_go_live(services: ServiceIndexPage) -> None:
    page = page_with(services, DepartmentFactory(), *GOOD)
    page.department = None

    with pytest.raises(NotReadyToGoLive):
        page.save_revision(clean=False).publish()

    assert never_went_live(page)


def test_a_live_page_keeps_its_form_when_a_worse_one_is_refused(services: ServiceIndexPage) -> None:
    page = page_with(services, DepartmentFactory(), *GOOD, live=True)
    before = fresh(page).form_version

    with pytest.raises(NotReadyToGoLive):
        draft_of(fresh(page), *DOUBLE).publish()

    assert fresh(page).form_version == before
    assert fresh(page).live


def test_bulk_publishing_publishes_the_others_and_names_the_refused(
    admin: Client, draft: ServicePage, services: ServiceIndexPage
) -> None:
    good = page_with(services, draft.department, *GOOD, slug="good")
    good.save_revision()
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])

    response = admin.post(
        f"{address}?next=/admin/&id={draft.pk}&id={good.pk}", {"include_descendants": False}, follow=True
    )

    assert response.status_code == 200
    assert draft.title in words_of(response)
    assert never_went_live(draft)
    assert fresh(good).live


def test_bulk_publishing_of_the_catalogue_passes_over_a_bad_service(
    admin: Client, draft: ServicePage, services: ServiceIndexPage
) -> None:
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])

    response = admin.post(f"{address}?next=/admin/&id={services.pk}", {"include_descendants": True}, follow=True)

    assert response.status_code == 200
    assert never_went_live(draft)


def test_a_schedule_passes_over_a_bad_page_and_takes_it_off(services: ServiceIndexPage) -> None:
    department = DepartmentFactory()
    past = timezone.now() - timedelta(hours=1)
    bad = page_with(services, department, *DOUBLE, slug="bad")
    good = page_with(services, department, *GOOD, slug="good")
    for number, page in enumerate((bad, good)):
        revision = page.save_revision(clean=False)
        Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=past + timedelta(minutes=number))

    call_command("publish_scheduled")

    assert never_went_live(bad)
    assert fresh(good).live
    assert not Revision.objects.filter(approved_go_live_at__isnull=False).exists()


def test_approving_in_a_workflow_is_refused_in_words(admin: Client, draft: ServicePage) -> None:
    approvers = Group.objects.create(name="approvers")
    task = GroupApprovalTask.objects.create(name="Check")
    task.groups.add(approvers)
    workflow = Workflow.objects.create(name="Two pairs of eyes")
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    user = User.objects.get(is_superuser=True)
    state = workflow.start(draft, user)
    address = reverse("wagtailadmin_pages:workflow_action", args=[draft.pk, "approve", state.current_task_state.pk])

    response = admin.post(address, {"comment": ""}, follow=True)

    assert response.status_code == 200
    assert draft.title in words_of(response)
    assert never_went_live(draft)
    state.refresh_from_db()
    assert state.status == "in_progress"


def test_a_copy_of_a_live_page_has_a_form_of_its_own(admin: Client, services: ServiceIndexPage) -> None:
    page = page_with(services, DepartmentFactory(), *GOOD, live=True)
    page.save_revision().publish()
    address = reverse("wagtailadmin_pages:copy", args=[page.pk])

    response = admin.post(
        address,
        {"new_title": "نسخة", "new_slug": "copy", "new_parent_page": services.pk, "publish_copies": True},
        follow=True,
    )

    assert response.status_code == 200
    copy = ServicePage.objects.get(slug="copy")
    assert copy.live
    assert copy.form_version is not None
    assert copy.form_version.form != fresh(page).form_version.form


def test_a_copy_with_a_bad_draft_leaves_the_draft_unpublished(admin: Client, services: ServiceIndexPage) -> None:
    page = page_with(services, DepartmentFactory(), *GOOD, live=True)
    page.save_revision().publish()
    draft_of(fresh(page), *DOUBLE)
    address = reverse("wagtailadmin_pages:copy", args=[page.pk])

    response = admin.post(
        address,
        {"new_title": "نسخة", "new_slug": "copy", "new_parent_page": services.pk, "publish_copies": True},
        follow=True,
    )

    assert response.status_code == 200
    copy = ServicePage.objects.filter(slug="copy").first()
    if copy is not None and copy.form_version is not None:
        assert [question.key for question in copy.form_version.value.fields()] == list(GOOD)


def test_publishing_again_after_taking_down_is_refused(admin: Client, services: ServiceIndexPage) -> None:
    page = page_with(services, DepartmentFactory(), *GOOD, live=True)
    page.save_revision().publish()
    draft_of(fresh(page), *DOUBLE)
    fresh(page).unpublish()
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])

    response = admin.post(f"{address}?next=/admin/&id={page.pk}", {"include_descendants": False}, follow=True)

    assert response.status_code == 200
    assert not fresh(page).live


def test_a_translation_shows_the_form_of_its_source(services: ServiceIndexPage) -> None:
    page = page_with(services, DepartmentFactory(), *GOOD, live=True)
    page.save_revision().publish()
    english = Locale.objects.get(language_code="en")
    source, _made = TranslationSource.get_or_create_from_instance(page)

    Translation.objects.create(source=source, target_locale=english).save_target(publish=False)

    translated = ServicePage.objects.get(translation_key=page.translation_key, locale=english)
    assert translated.source == page
    assert translated.form_version == fresh(page).form_version
    assert translated.organisation == page.organisation


def test_a_translation_never_publishes_a_form(services: ServiceIndexPage) -> None:
    page = page_with(services, DepartmentFactory(), *DOUBLE)
    translated = page.copy_for_translation(Locale.objects.get(language_code="en"))

    translated.save_revision(clean=False).publish()

    assert never_went_live(page)


def test_an_exception_at_any_other_admin_door_becomes_words(admin: Client, draft: ServicePage) -> None:
    alias = draft.create_alias(update_slug="alias", parent=draft.get_parent())
    address = reverse("wagtailadmin_pages:convert_alias", args=[alias.pk])

    response = admin.post(address, follow=True)

    assert response.status_code == 200
    assert not fresh(alias).live
