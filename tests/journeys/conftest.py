"""Journeys: whole paths through the portal in a real browser, few and whole.

The browser is Debian's Chromium, or the one that CHROMIUM names.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from scripts import machine
from tests.journeys.browsing import PATIENCE_MS, Window, Windows
from tests.journeys.people import Citizen
from tests.journeys.portal import Portal, served
from tests.journeys.publishing import OwnService

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.journey)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Remember whether the test itself failed, so that `visit` can take a picture of it."""
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


FAILED: pytest.StashKey[bool] = pytest.StashKey()


@pytest.fixture(scope="package")
def portal(tmp_path_factory: pytest.TempPathFactory, worker_id_or_main: str) -> Iterator[Portal]:
    kept = os.environ.get("JOURNEYS_DIR")
    folder = Path(kept, worker_id_or_main) if kept else tmp_path_factory.mktemp("portal")
    prepared = os.environ.get("JOURNEYS_PORTAL")
    # pytest-xdist gives its processes neighbouring folders.
    shared = tmp_path_factory.getbasetemp().parent / "portal" if worker_id_or_main != "main" else None
    with served(folder, worker_id_or_main, ready=Path(prepared) if prepared else shared) as portal:
        yield portal


@pytest.fixture(scope="package")
def worker_id_or_main() -> str:
    """Each process of pytest-xdist has a portal of its own."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


# Not per session: Playwright keeps an event loop, beside which Django refuses its database.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    program = machine.chromium()
    assert program, f"No browser: install {machine.CHROMIUM.debian}, or name one in CHROMIUM."
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        expect.set_options(timeout=PATIENCE_MS)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser, portal: Portal, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Windows]:
    """Open a window: `visit(phone=True, scripts=False, language="en")`.

    When the test ends no window may have met an error: in its console, by its content security policy,
    or from the server.
    """
    windows = Windows(browser, portal, tmp_path)
    yield windows
    if request.node.stash.get(FAILED, False):
        pictures = "\n".join(map(str, windows.picture(request.node.name)))
        request.node.add_report_section("teardown", "pictures", pictures)
    complaints = windows.complaints()
    windows.close()
    assert not complaints, "\n".join(complaints)


@pytest.fixture
def citizen(portal: Portal) -> Citizen:
    """Somebody who has never been here; he registers himself."""
    return Citizen.new(portal)


@pytest.fixture
def rival(portal: Portal) -> Citizen:
    """Somebody else, who wants what the citizen wants."""
    return Citizen.new(portal)


@pytest.fixture
def at_home(visit: Windows, citizen: Citizen) -> Window:
    """The citizen, registered and signed in, at a desktop computer with scripts."""
    window = visit()
    citizen.register(window)
    return window


@pytest.fixture
def own_service(portal: Portal) -> OwnService:
    """A service that no other test knows of."""
    return OwnService.copied(portal)
