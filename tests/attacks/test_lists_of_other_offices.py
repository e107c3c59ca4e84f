"""Stock pages of packages show nobody who works where."""

import pytest
from django.test import Client
from wagtail.snippets.models import get_snippet_models

from tests.factories import DepartmentFactory, MembershipFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
CANARY = "canary-90ab"


@pytest.mark.parametrize("role", ["clerk", "supervisor", "auditor", "editor"])
def test_no_snippet_is_listed_to_other_offices_by_the_translation_package(role: str, client: Client) -> None:
    office = DepartmentFactory(name={"ar": CANARY, "en": CANARY})
    membership = MembershipFactory(department=office, user=UserFactory(full_name=CANARY, username=CANARY))
    client.force_login(UserFactory(**{role: True}, departments=[DepartmentFactory()]))
    client.raise_request_exception = False

    seen = []
    for model in get_snippet_models():
        base = f"/admin/localize/api/snippets/{model._meta.app_label}/{model._meta.model_name}/"
        for url in (base, f"{base}{office.pk}/", f"{base}{membership.pk}/"):
            answer = client.get(url)
            if answer.status_code != 404 or CANARY in answer.content.decode():
                seen.append((url, answer.status_code))

    assert seen == []


@pytest.mark.parametrize("role", ["clerk", "supervisor", "auditor", "editor"])
@pytest.mark.parametrize("path", ["users/", "groups/", "sites/", "collections/", "workflows/list/", "redirects/"])
def test_the_machinery_of_the_site_is_closed_to_staff(role: str, path: str, client: Client) -> None:
    UserFactory(full_name=CANARY, username=CANARY)
    client.force_login(UserFactory(**{role: True}, departments=[DepartmentFactory()]))

    answer = client.get(f"/admin/{path}")

    assert answer.status_code in {302, 403, 404}
    assert CANARY not in client.get("/admin/users/results/").content.decode()
