"""What the frame of a page needs: name and menus of the portal, languages, account links."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.conf import settings
from django.urls import NoReverseMatch, Resolver404, resolve, reverse, translate_url
from django.utils.http import urlencode
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _
from wagtail.models import Page

from cms.languages import content_languages
from home.accounts.unread import unread_of
from home.front.frame import Link, Portal, portal_in

register = template.Library()


@dataclass(frozen=True)
class LanguageVersion:
    """This page in one language."""

    code: str
    name: str
    address: str
    absolute: str
    is_current: bool
    is_default: bool

    @property
    def short(self) -> str:
        return self.code.upper() if self.direction == "ltr" else "ع"

    @property
    def direction(self) -> str:
        return "rtl" if get_language_info(self.code)["bidi"] else "ltr"


@dataclass(frozen=True)
class AccountLinks:
    """The reader's own corner of the header."""

    signed_in: bool
    name: str = ""
    links: tuple[Link, ...] = ()
    unread: int = 0
    sign_in: str = ""
    sign_out: str = ""


@register.simple_tag
def portal() -> Portal:
    """Name, menus and contact of the portal in the reader's language."""
    return portal_in(_language())


@register.simple_tag(takes_context=True)
def languages_of_this_page(context: dict[str, Any]) -> list[LanguageVersion]:
    """The page being read in every language it has; for hreflang and the language switch."""
    request = context.get("request")
    page = context.get("page")
    addresses = _of_page(page, request) if isinstance(page, Page) and page.pk else _of_path(request)
    return [
        LanguageVersion(
            code=code,
            name=name,
            address=addresses[code],
            absolute=request.build_absolute_uri(addresses[code]) if request else addresses[code],
            is_current=code == _language(),
            is_default=code == settings.LANGUAGE_CODE,
        )
        for code, name in content_languages()
        if code in addresses
    ]


@register.simple_tag(takes_context=True)
def account_links(context: dict[str, Any]) -> AccountLinks:
    """Sign in, or the person's own pages. A page kept for everyone never asks who reads it."""
    request = context.get("request")
    anonymous = request is None or getattr(request, "same_for_everyone", False)
    user = None if anonymous else getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return AccountLinks(signed_in=False, sign_in=_sign_in(request))
    own = [("my_requests:list", _("My requests")), ("account_profile", _("My details"))]
    links = [Link(words, address) for name, words in own if (address := _reverse(name))]
    if user.has_perm("wagtailadmin.access_admin"):
        links.append(Link(_("Staff desk"), reverse("wagtailadmin_home")))
    return AccountLinks(
        signed_in=True,
        name=user.get_full_name(),
        links=tuple(links),
        unread=unread_of(user),
        sign_out=_reverse("account_logout"),
    )


@register.simple_tag
def url_or_nothing(name: str) -> str:
    """An address by name; empty in a portal that runs without the app it belongs to."""
    return _reverse(name)


@register.filter
def is_here(address: str, request: Any) -> bool:
    """Whether a menu entry leads to the page being read, or to the part of the site it stands in."""
    if request is None:
        return False
    if address.count("/") <= 2:  # the home page: every address stands below it
        return bool(request.path == address)
    return bool(request.path.startswith(address))


def _language() -> str:
    return (get_language() or settings.LANGUAGE_CODE).split("-")[0]


def _of_page(page: Page, request: Any) -> dict[str, str]:
    versions = page.get_translations(inclusive=True).live().select_related("locale")
    found = {version.locale.language_code: version.get_url(request) for version in versions}
    found.setdefault(_language(), page.get_url(request))  # a page being previewed is not live yet
    return {code: address for code, address in found.items() if address}


def _of_path(request: Any) -> dict[str, str]:
    codes = [code for code, _name in content_languages()]
    if request is None or not _is_known(request.path_info):
        return {code: f"/{code}/" for code in codes}
    return {code: translate_url(request.get_full_path(), code) for code in codes}


def _is_known(path: str) -> bool:
    try:
        return resolve(path).url_name != "wagtail_serve"
    except Resolver404:
        return False


def _sign_in(request: Any) -> str:
    address = _reverse("account_login")
    if not address or request is None or request.path == address:
        return address
    return f"{address}?{urlencode({'next': request.get_full_path()})}"


def _reverse(name: str) -> str:
    # The front and the apps above it meet by name only; a portal may run without one of them.
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
