"""No address of the admin shows, or changes, a request of another office."""

import re
import uuid
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver

from home.accounts.models import User
from service_requests.notices.outbox import announce
from service_requests.records.models import ServiceRequest
from tests.service_requests.desk.conftest import CANARY

pytestmark = pytest.mark.any_database

REQUEST_VIEWS = ["inspect", "history", "history_results"]
ACTIONS = ["take", "ask_citizen", "approve", "reject", "assign"]


def patterns(under: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    for one in under:
        address = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from patterns(one.url_patterns, address)
        else:
            yield address


def admin_addresses() -> list[str]:
    every = patterns(get_resolver().url_patterns)
    return sorted({address for address in every if address.startswith("admin/") and "^.*" not in address})


def filled(address: str, foreign: ServiceRequest) -> str:
    """The address with the parameters that would lead to the foreign request, if anything did."""
    values = {
        "uuid": str(foreign.public_id),
        "int": str(foreign.pk),
        "app_label": "service_requests",
        "app_name": "service_requests",
        "model_name": "servicerequest",
        "action": "move",
        "instance_pk": str(foreign.public_id),
    }

    def value(match: re.Match[str]) -> str:
        kind, name = match.group(1), match.group(2)
        return values.get(name) or values.get((kind or "").rstrip(":")) or str(foreign.pk)

    plain = re.sub(r"\(\?P<(\w+)>[^)]*\)", lambda match: values.get(match.group(1), str(foreign.pk)), address)
    plain = re.sub(r"<(?:(\w+:))?(\w+)>", value, plain)
    return "/" + plain.replace("^", "").replace("$", "").replace("\\", "")


def body(answer: object) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    return content.decode(errors="replace")


def test_there_are_addresses_to_crawl() -> None:
    assert len(admin_addresses()) > 100


@pytest.mark.parametrize("role", ["clerk", "supervisor", "auditor", "editor"])
def test_no_admin_address_shows_a_foreign_request(
    role: str, client: Client, foreign: ServiceRequest, request: pytest.FixtureRequest
) -> None:
    announce("approve", foreign)
    client.force_login(request.getfixturevalue(role))
    # Wagtail has an address that fails on purpose; what it would show counts as well.
    client.raise_request_exception = False
    shown = []

    for address in admin_addresses():
        url = filled(address, foreign)
        # The page tree is public; only what is in the foreign request itself is secret.
        answer = client.get(url, {"id": [foreign.pk, foreign.public_id]} if "/bulk/" in url else {})
        if CANARY in body(answer).replace(f"خدمة {CANARY}", ""):
            shown.append(url)

    assert shown == []


@pytest.mark.parametrize("view", REQUEST_VIEWS)
@pytest.mark.parametrize("role", ["clerk", "supervisor", "auditor"])
def test_a_foreign_request_does_not_exist(
    role: str, view: str, client: Client, foreign: ServiceRequest, request: pytest.FixtureRequest
) -> None:
    client.force_login(request.getfixturevalue(role))

    answer = client.get(reverse(f"requests:{view}", args=[foreign.public_id]))

    assert answer.status_code == 404


@pytest.mark.parametrize("action", ACTIONS)
def test_a_foreign_request_cannot_be_acted_upon(action: str, overseer: Client, foreign: ServiceRequest) -> None:
    answer = overseer.post(reverse("requests:act", args=[foreign.public_id, action]), {"note": "x", "reason": "x"})

    assert answer.status_code == 404
    assert ServiceRequest.history.filter(id=foreign.pk).count() == 1


def test_the_same_addresses_show_a_request_of_ones_own(client: Client, auditor: User, case: ServiceRequest) -> None:
    """The control: the tests above fail for a reason."""
    client.force_login(auditor)

    for view in REQUEST_VIEWS:
        answer = client.get(reverse(f"requests:{view}", args=[case.public_id]))
        assert answer.status_code == 200
    assert case.applicant_name in body(client.get(reverse("requests:inspect", args=[case.public_id])))


def test_an_address_that_never_existed_answers_alike(desk: Client, foreign: ServiceRequest) -> None:
    missing = desk.get(reverse("requests:inspect", args=[uuid.uuid4()]))
    foreign_one = desk.get(reverse("requests:inspect", args=[foreign.public_id]))

    assert (missing.status_code, foreign_one.status_code) == (404, 404)


@pytest.mark.parametrize("stock", ["add/", "edit/{}/", "delete/{}/", "copy/{}/", "usage/{}/"])
def test_requests_have_no_stock_form(stock: str, admin_client: Client, case: ServiceRequest) -> None:
    for key in (case.pk, case.public_id):
        assert admin_client.get("/admin/requests/" + stock.format(key)).status_code == 404
        assert (
            admin_client.get("/admin/snippets/service_requests/servicerequest/" + stock.format(key)).status_code == 404
        )


def test_requests_have_no_chooser(admin_client: Client) -> None:
    assert admin_client.get("/admin/snippets/choose/service_requests/servicerequest/").status_code == 404


def test_an_editor_sees_no_requests(client: Client, editor: User, case: ServiceRequest) -> None:
    client.force_login(editor)

    assert client.get(reverse("requests:list")).status_code != 200
    assert client.get(reverse("requests:inspect", args=[case.public_id])).status_code == 404


def test_the_site_history_is_closed_to_staff(client: Client, auditor: User, admin_client: Client) -> None:
    assert admin_client.get("/admin/reports/site-history/").status_code == 200

    client.force_login(auditor)
    for address in ("/admin/reports/site-history/", "/admin/reports/site-history/results/"):
        assert client.get(address).status_code == 404
