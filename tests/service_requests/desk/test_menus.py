"""What staff of the desk find in the menus of the admin: their work, and nothing of the editors' or of Wagtail's."""

import pytest
from django.test import Client

from home.accounts.models import User

TRANSLATIONS, GUIDE, NEWS = "/localize/reports/translations/", "editor-guide", "whats-new-in-wagtail"


@pytest.mark.parametrize("role", ["clerk", "supervisor", "auditor"])
def test_the_desk_is_offered_nothing_of_the_editors(role: str, client: Client, request: pytest.FixtureRequest) -> None:
    client.force_login(request.getfixturevalue(role))

    page = client.get("/admin/").content.decode()

    assert not [foreign for foreign in (TRANSLATIONS, GUIDE, NEWS) if foreign in page]


def test_an_editor_keeps_his_guide_and_his_report(client: Client, editor: User) -> None:
    client.force_login(editor)

    page = client.get("/admin/").content.decode()

    assert [own for own in (TRANSLATIONS, GUIDE) if own in page] == [TRANSLATIONS, GUIDE]
    assert NEWS not in page


def test_a_page_of_the_admin_that_is_not_there_says_so_in_the_readers_language(client: Client, clerk: User) -> None:
    client.force_login(clerk)

    response = client.get("/admin/nothing/", headers={"Accept-Language": "ar"})

    page = response.content.decode()
    assert response.status_code == 404
    assert "هذه الصفحة غير موجودة" in page
    assert "- Wagtail" not in page
