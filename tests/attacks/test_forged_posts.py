"""Another site cannot make a signed-in browser change anything, and no GET changes anything."""

import pytest
from django.apps import apps
from django.test import Client
from wagtail.models import Page, PageSubscription
from wagtail.users.models import UserProfile

from home.accounts.models import User
from tests.attacks.addresses import every_address
from tests.factories import DraftFactory, ServiceRequestFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

# Rows that only tell that somebody was here.
TRACES = {"sessions.Session", "wagtailadmin.EditingSession", "accounts.ThrottleCounter", "usersessions.UserSession"}


def content_of_the_database() -> dict[str, set[tuple[object, ...]]]:
    return {
        model._meta.label: {tuple(map(str, row)) for row in model._default_manager.values_list()}
        for model in apps.get_models()
        if model._meta.managed and model._meta.label not in TRACES
    }


def addresses(person: User) -> list[str]:
    request = ServiceRequestFactory(applicant=person)
    draft = DraftFactory(applicant=person)
    values = {
        "public_id": str(request.public_id),
        "pk": str(person.pk),
        "slug": draft.service.slug,
        "preview:slug": f"preview/{draft.service_id}",
        "step": "topic",
        "action": "approve",
        "app_label": "service_requests",
        "model_name": "servicerequest",
        "page_id": str(draft.service_id),
    }
    filled = {each.filled(values) for each in every_address()}
    own = {f"/ar/requests/drafts/{draft.public_id}/discard/", f"/admin/requests/{request.public_id}/do/approve/"}
    return sorted(filled | own)


def test_a_post_without_the_mark_changes_nothing() -> None:
    person = UserFactory(citizen=True, is_superuser=True)
    attacker = Client(enforce_csrf_checks=True, raise_request_exception=False)
    attacker.force_login(person)
    urls = addresses(person)
    before = content_of_the_database()

    for url in urls:
        attacker.post(
            url, {"text": "x", "note": "x", "mobile": "0509999999"}, headers={"origin": "https://evil.example"}
        )

    after = content_of_the_database()
    assert {label for label in before if before[label] != after[label]} == set()
    assert len(urls) > 250


def test_no_get_changes_anything() -> None:
    person = UserFactory(citizen=True, is_superuser=True)
    reader = Client(raise_request_exception=False)
    reader.force_login(person)
    urls = addresses(person)
    # His preferences, which Wagtail makes on first sight of its pages.
    UserProfile.get_for_user(person)
    for page in Page.objects.all():
        PageSubscription.objects.create(page=page, user=person, comment_notifications=False)
    before = content_of_the_database()

    failed = [url for url in urls if reader.get(url).status_code >= 500 and "failwhale" not in url]

    after = content_of_the_database()
    assert {label for label in before if before[label] != after[label]} == set()
    assert failed == []
    assert "_auth_user_id" in reader.session, "some GET signs people out"
