"""Each service travels whole: out of one portal, into an empty one, and out of that the same bytes."""

import json

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils.html import escape

from services_catalog.bundles import export_service, import_bundle, plan_of, unpack
from services_catalog.bundles.planning import Verdict
from tests.services_catalog.bundles.conftest import CONTENT, SLUGS, Sent, form_digest

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

TEN = {
    "madinah-official-interview", "najran-appointment", "amman-contractor-permit-renewal", "egypt-utility-inspection",
    "egypt-public-meeting", "contact-inquiry", "contact-complaint", "contact-objection", "contact-suggestion",
    "contact-technical-support",
}  # fmt: skip


def test_the_ten_services_are_content() -> None:
    assert set(SLUGS) >= TEN


@pytest.mark.usefixtures("services")
@pytest.mark.parametrize("slug", SLUGS)
def test_out_and_in_and_out_again_gives_the_same_bytes(exported: dict[str, Sent], slug: str, client: Client) -> None:
    page = import_bundle(unpack(exported[slug].content)).pages[0]

    assert export_service(page) == exported[slug].content
    assert form_digest(page) == exported[slug].form
    written = json.loads(next(CONTENT.glob(f"*/services/{slug}.json")).read_text("utf-8"))
    for language in ("ar", "en"):
        text = client.get(f"/{language}/services/{slug}/").content.decode()
        assert escape(written["title"][language]) in text
        assert f"/{language}/apply/{slug}/" in text


@pytest.mark.usefixtures("services")
def test_a_bundle_of_a_portal_that_loaded_the_same_folder_changes_nothing(exported: dict[str, Sent]) -> None:
    folder = next(CONTENT.glob(f"*/services/{SLUGS[0]}.json")).parent.parent
    call_command("load_content", folder)

    plan = plan_of(unpack(exported[SLUGS[0]].content))

    assert {item.verdict for item in plan.items} == {Verdict.SAME}
