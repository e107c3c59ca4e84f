"""The national sign-in of a demonstration: the sample provider where it can run, else the stand-in page."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from home.accounts.national import sample_provider, stand_in

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@contextmanager
def national_test_identity(address: str) -> Iterator[None]:
    """Run the sample provider for the portal served at `address`, and have people sent to it, until the block ends.

    Does nothing where the settings are no demonstration's, name a provider, or where it cannot run; nor where
    browsers are on other machines, which could not reach it.
    """
    is_wanted = settings.NATIONAL_STAND_IN and not settings.NATIONAL_SIGN_IN["issuer"]
    if not (is_wanted and _is_of_this_machine(address) and sample_provider.can_run()):
        yield
        return
    port = sample_provider.free_port()
    people = [
        {"sub": f"sample-{place}", "acr": person.assurance, "claims": sample_provider.claims_of(person)}
        for place, person in enumerate(stand_in.people(), start=1)
    ]
    try:
        with sample_provider.running(people, _callbacks(address), port=port):
            asked = {
                "issuer": f"http://127.0.0.1:{port}",
                "client_id": sample_provider.CLIENT_ID,
                "client_secret": sample_provider.CLIENT_SECRET,
                "acr": stand_in.ASSURANCE,
            }
            settings.NATIONAL_SIGN_IN.update(asked)
            try:
                yield
            finally:
                settings.NATIONAL_SIGN_IN.update(dict.fromkeys(asked, ""))
    except sample_provider.DoesNotRun:
        yield


def _is_of_this_machine(address: str) -> bool:
    return all(urlsplit(each).hostname in _LOOPBACK for each in (address, settings.WAGTAILADMIN_BASE_URL))


def _callbacks(address: str) -> list[str]:
    """In every language, under every name that a browser on this machine may have for the portal."""
    paths = []
    for language, _name in settings.LANGUAGES:
        with override(language):
            paths.append(reverse("national_callback"))
    port = urlsplit(address).port
    hosts = [host for host in settings.ALLOWED_HOSTS if not host.startswith((".", "*"))]
    return sorted({f"http://{host}:{port}{path}" for host in hosts for path in paths} | {address + p for p in paths})
