"""Content files of the front: `portal.json` holds home page, catalogue page, name and menus."""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from wagtail.models import Locale, Page, Site

from cms.languages import in_language
from home.front.models import HomePage, PortalLink, PortalSettings
from services_catalog.bundles import BundleRefused, load_records, note_loaded
from services_catalog.bundles.archive import Related
from services_catalog.bundles.office import OF_THE_BODY
from services_catalog.bundles.sections import sections
from services_catalog.bundles.services import catalogue, keep_place, key_of, service_named
from services_catalog.content import (
    ContentError,
    Folder,
    Loader,
    Reading,
    load_organisation,
    load_page,
)
from services_catalog.going_live import NotReadyToGoLive
from services_catalog.models import ServiceIndexPage, ServicePage
from services_catalog.organisations.models import Organisation


def load(paths: list[Path], *, again: bool = False) -> Iterator[str]:
    """Load folders of content in an order in which everything finds what it refers to.

    Yields the name of each file that was loaded.

    Raises:
        ContentError: naming what is wrong, and in which file.
    """
    folders = [Folder(path) for path in paths]
    _check_there_is_one_portal(folders)
    for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES:
        Locale.objects.get_or_create(language_code=code)
    yield from _loaded([(folder, "organisation.json", _load_organisation) for folder in folders], again=again)
    yield from _loaded(
        [
            (folder, f"{name}.json", partial(_load_section, name=name))
            for name in sections()
            for folder in folders
            if name not in OF_THE_BODY
        ],
        again=again,
    )
    yield from _loaded([(folder, "portal.json", _load_portal) for folder in folders], again=again)
    _keep_places(folders)
    services = [(folder, name, _load_service) for folder in folders for name in folder.services()]
    yield from _loaded(services, again=again)


def _loaded(files: Sequence[tuple[Folder, str, Loader]], *, again: bool) -> Iterator[str]:
    for folder, name, loader in files:
        if folder.when_changed(name, loader, again=again):
            yield f"{folder.name}/{name}"


def _check_there_is_one_portal(folders: list[Folder]) -> None:
    with_portal = [folder.name for folder in folders if folder.read("portal.json") is not None]
    if len(with_portal) > 1:
        raise ContentError(
            f"{', '.join(with_portal)}: only one folder may hold portal.json, for there is one home page"
        )


def _keep_places(folders: list[Folder]) -> None:
    """Make an unpublished page for each service that a file refers to and that is loaded only after it.

    Services refer to each other in circles, so that none of them could be the first.
    """
    written = {
        service["slug"]: service for folder in folders for service in map(folder.read, folder.services()) if service
    }
    wanted = {
        slug
        for service in written.values()
        for name in ("related_services", "objection_service")
        for slug in service.get(name, [])
    }
    for slug in sorted(wanted & written.keys()):
        service = written[slug]
        keep_place(slug, Related(translation_key=key_of(service), title=in_language(service["title"])))


def _load_organisation(content: dict[str, Any], folder: Folder) -> None:
    body = load_organisation(content, folder)
    note_loaded("organisations", body.key)
    for department in content.get("departments", []):
        note_loaded("departments", f"{body.key}/{department['key']}")
    for category in content.get("categories", []):
        note_loaded("categories", category["key"])


def _load_portal(content: dict[str, Any], folder: Folder) -> None:
    root = Page.get_first_root_node()
    _remove_welcome_page(root)
    reading = Reading(media=folder, found=service_named)
    home = load_page(HomePage, content["home"], parent=root, reading=reading)
    load_page(ServiceIndexPage, content["catalogue"], parent=home, reading=reading)
    _make_it_the_site(home)
    _load_settings(content["settings"])


def _load_service(content: dict[str, Any], folder: Folder) -> None:
    above = catalogue()
    if above is None:
        raise ContentError(f"{folder.name}: load a folder with portal.json first, so that services have their place")
    try:
        page = load_page(ServicePage, content, parent=above, reading=Reading(media=folder, found=service_named))
    except NotReadyToGoLive as refusal:
        raise ContentError(f"{folder.name}: {refusal.sentence}") from refusal
    note_loaded("services", str(page.translation_key))


def _load_section(content: dict[str, Any], folder: Folder, name: str) -> None:
    try:
        load_records(name, content, folder)
    except BundleRefused as refusal:
        raise ContentError(*(f"{folder.name}: {message}" for message in refusal.messages)) from refusal


def _remove_welcome_page(root: Page) -> None:
    """The page that Wagtail's own migration leaves; the site that points at it goes with it."""
    for page in root.get_children():
        if page.specific_class is Page:
            page.delete()
    root.refresh_from_db()


def _make_it_the_site(home: HomePage) -> None:
    site = Site.objects.filter(is_default_site=True).first() or Site(hostname="localhost", is_default_site=True)
    if site.root_page_id != home.pk:
        site.root_page = home
        site.save()


def _load_settings(content: dict[str, Any]) -> None:
    row = PortalSettings.load()
    row.name = content["name"]
    row.portal_name = content.get("portal_name", {})
    row.organisation = Organisation.objects.filter(key=content.get("organisation", "")).first()
    row.links = [_link(order, link) for order, link in enumerate(content.get("links", []))]
    row.save()


def _link(order: int, written: dict[str, Any]) -> PortalLink:
    values = {**written}
    slug = values.pop("page", "")
    page = Page.objects.filter(slug=slug, locale__language_code=settings.LANGUAGE_CODE).first() if slug else None
    if slug and page is None:
        raise ContentError(f"portal.json: there is no page “{slug}” to link to")
    return PortalLink(sort_order=order, page=page, **values)
