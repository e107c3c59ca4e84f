"""A real provider, started once, and the line to it. Without node and `npm ci` these tests fail; none is left out."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from home.accounts.national import sample_provider
from tests.accounts.national.people import PEOPLE
from tests.accounts.national.relay import Line, listening

CALLBACKS = [f"http://testserver/{language}/account/national/callback/" for language in ("ar", "en")]


@pytest.fixture(scope="session")
def line_to_the_provider() -> Iterator[Line]:
    people = [{"sub": sub, "claims": claims} for sub, claims in PEOPLE.items()]
    with listening() as relay, sample_provider.running(people, CALLBACKS, issuer=relay.line.address) as port:
        relay.provider_port = port
        yield relay.line


@pytest.fixture
def provider(line_to_the_provider: Line, settings: Settings) -> Line:
    """The portal sends people to the provider, and the line between them is whole."""
    line_to_the_provider.mend()
    settings.NATIONAL_SIGN_IN = {
        **settings.NATIONAL_SIGN_IN,
        "issuer": line_to_the_provider.address,
        "client_id": sample_provider.CLIENT_ID,
        "client_secret": sample_provider.CLIENT_SECRET,
        "acr": "substantial",
    }
    return line_to_the_provider
