"""Each service of the content files is applied for: in Arabic, on a phone, from its page to its number."""

from pathlib import Path
from typing import Any

import pytest

from forms_builder.fields.base import Context
from tests.journeys.browsing import Windows
from tests.journeys.filling import Filler
from tests.journeys.people import Citizen
from tests.services_catalog.walks import FILES, WALKS, body_of, form_of

FIRST_WALKS = dict(reversed(WALKS))


@pytest.mark.parametrize("slug", sorted(path.stem for path in FILES))
def test_a_citizen_applies_for_the_service_on_a_phone(
    visit: Windows, citizen: Citizen, tmp_path: Path, slug: str
) -> None:
    path = next(path for path in FILES if path.stem == slug)
    body: dict[str, Any] = body_of(path)
    window = visit(phone=True)
    citizen.register(window)

    window.open(f"/ar/services/{slug}/")
    window.accessible()
    window.page.locator("a.button--start").first.click()
    filler = Filler(
        window, slug, form_of(path), FIRST_WALKS[slug], Context(language="ar", country=body["country"]), tmp_path
    )
    filler.fill_in()
    window.accessible()

    assert filler.sign_and_send().startswith(f"{body['number_prefix']}-")
    window.accessible()
