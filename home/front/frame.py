"""The frame around every page as one plain value: name, menus, contact.

Made from the portal's settings once per edition of the site and language (services_catalog.editions),
so that a page costs no query for its header and footer.
"""

from dataclasses import dataclass, field

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail.models import Page

from cms.languages import Texts, in_language
from home.front.models import PortalLink, PortalSettings
from services_catalog import editions


@dataclass(frozen=True)
class Link:
    """An entry of a menu."""

    words: str
    address: str


@dataclass(frozen=True)
class Column:
    """A column of the footer."""

    key: str
    title: str
    links: tuple[Link, ...]


@dataclass(frozen=True)
class Portal:
    """What header and footer show."""

    home: str
    catalogue: str
    name: Texts = field(default_factory=dict)
    portal_name: Texts = field(default_factory=dict)
    status_banner: Texts = field(default_factory=dict)
    phone: str = ""
    email: str = ""
    working_hours: Texts = field(default_factory=dict)
    menu: tuple[Link, ...] = ()
    footer: tuple[Column, ...] = ()

    @property
    def phone_digits(self) -> str:
        return "".join(mark for mark in self.phone if mark.isdigit() or mark == "+")


def portal_in(language: str) -> Portal:
    """The frame in one language."""
    portal: Portal = editions.kept(f"frame:{language}", lambda: _read(language))
    return portal


def _read(language: str) -> Portal:
    home, catalogue = f"/{language}/", f"/{language}/services/"
    row = PortalSettings.objects.select_related("organisation").first()
    if row is None:
        return Portal(home, catalogue, name={settings.LANGUAGE_CODE: settings.WAGTAIL_SITE_NAME})
    links = list(row.links.select_related("page__locale"))
    with override(language):
        titles = {
            PortalLink.Place.SERVICES: _("Services"),
            PortalLink.Place.CONTACT: _("Contact us"),
            PortalLink.Place.ABOUT: _("About the portal"),
        }
        columns = [Column(str(place), title, _links(links, place, language)) for place, title in titles.items()]
        menu = _links(links, PortalLink.Place.MENU, language)
    organisation = row.organisation
    return Portal(
        home,
        catalogue,
        name=row.name,
        portal_name=row.portal_name,
        status_banner=row.status_banner,
        phone=organisation.phone if organisation else "",
        email=organisation.email if organisation else "",
        working_hours=organisation.working_hours if organisation else {},
        menu=menu,
        footer=tuple(column for column in columns if column.links),
    )


def _links(links: list[PortalLink], place: str, language: str) -> tuple[Link, ...]:
    chosen = [(link, _address(link, language)) for link in links if link.place == place]
    return tuple(Link(in_language(link.words, language), address) for link, address in chosen if address)


def _address(link: PortalLink, language: str) -> str:
    if link.page is None:
        return link.address.replace("{language}", language)
    page: Page = link.page
    translated = page.get_translations(inclusive=True).live().filter(locale__language_code=language).first()
    target = translated or (page if page.live else None)
    return (target.url or "") if target else ""
