"""Each service travels whole: out of one portal, into an empty one, and out of that the same bytes."""

import json

import pytest
from django.test import Client
from django.utils.html import escape

from forms_builder.models import Form
from services_catalog.bundles import export_service, import_bundle, unpack
from tests.services_catalog.bundles.conftest import CONTENT, SLUGS

pytestmark = pytest.mark.django_db

TEN = {
    "madinah-official-interview", "najran-appointment", "amman-contractor-permit-renewal", "egypt-utility-inspection",
    "egypt-public-meeting", "contact-inquiry", "contact-complaint", "contact-objection", "contact-suggestion",
    "contact-technical-support",
}  # fmt: skip


def test_the_ten_services_are_content() -> None:
    assert set(SLUGS) >= TEN


@pytest.mark.usefixtures("services")
@pytest.mark.parametrize("slug", SLUGS)
def test_out_and_in_and_out_again_gives_the_same_bytes(exported: dict[str, bytes], slug: str, client: Client) -> None:
    outcome = import_bundle(unpack(exported[slug]))

    assert export_service(outcome.pages[0]) == exported[slug]
    written = json.loads(next(CONTENT.glob(f"*/services/{slug}.json")).read_text("utf-8"))
    for language in ("ar", "en"):
        text = client.get(f"/{language}/services/{slug}/").content.decode()
        assert escape(written["title"][language]) in text
        assert f"/{language}/apply/{slug}/" in text
    assert Form.objects.get(translation_key=outcome.pages[0].translation_key).live_version is not None
