"""What a person can apply for: a service with its live form, found by the slug in the address."""

import re
import uuid
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy
from wagtail.fields import RichTextField, StreamField

from forms_builder.models import Form, FormVersion
from home.accounts.establishments.delegating import current_establishments
from home.accounts.establishments.models import Delegation, Establishment
from home.accounts.models import User
from services_catalog.models import ServicePage
from services_catalog.organisations.bodies import Body, body_of
from services_catalog.organisations.models import Department, Organisation


class SlugOfItsOwn:
    """In an address, instead of a service's slug: the name of something else that is applied for in the same way.

    A slug holds no slash and these do, so no service can be called like one. Subclasses say how they look.
    """

    regex: str

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        """Refuse the slug of a service: its addresses are others."""
        if not re.fullmatch(self.regex, value):
            raise ValueError
        return value


class OfficeSlug(SlugOfItsOwn):
    """`for/`, the random name of an establishment, and the service's slug: applied for in its name."""

    regex = "for/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/[-a-zA-Z0-9_]+"


class ActsNoMore(Http404):
    """The delegation of who applies in the name of an establishment is over. The page of the 404 says so in words."""

    title = gettext_lazy("You do not act for this establishment now")
    words = gettext_lazy(
        "Your delegation has ended, or has not begun, so nothing can be filled in or sent in its name. What was sent "
        "before stays with the establishment. If this is a mistake, ask its owner for a new invitation."
    )


def office_slug(establishment: Establishment | None, slug: str) -> str:
    """What stands in addresses for this service, applied for in the name of this establishment or of nobody."""
    return f"for/{establishment.public_id}/{slug}" if establishment else slug


def read_slug(person: User, slug: str) -> tuple[str, Establishment | None]:
    """The service's own slug, and in whose name it is applied for.

    Raises:
        Http404: when this person does not act for that establishment today.
    """
    if "/" not in slug:
        return slug, None
    _for, public_id, service = slug.split("/")
    establishment = current_establishments(person).filter(public_id=public_id).first()
    if establishment is None:
        once = Delegation.objects.filter(person=person, establishment__public_id=public_id).exists()
        raise ActsNoMore if once else Http404
    return service, establishment


def wide_columns(prefix: str = "") -> list[str]:
    """The texts of a service page, which nobody needs who applies: parsing them is most of a query's price."""
    wide = (StreamField, RichTextField)
    return [prefix + column.name for column in ServicePage._meta.get_fields() if isinstance(column, wide)]


@dataclass(frozen=True)
class Offer:
    """A service as the wizard needs it.

    Attributes:
        service: the page in the source language, which drafts and requests refer to.
        title: the service's name in the reader's language.
        keeps_files: whether files of an application can be opened again.
    """

    service: ServicePage
    title: str
    keeps_files: ClassVar[bool] = True

    @property
    def slug(self) -> str:
        """What stands for it in the addresses of an application."""
        return str(self.service.slug)

    @property
    def acting_for(self) -> Establishment | None:
        """In whose name it is applied for; None for oneself."""
        return None

    @property
    def is_of_a_guest(self) -> bool:
        """Whether somebody applies without an account, and comes back by a link."""
        return False

    @property
    def drafts_url(self) -> str:
        """Where a draft that was put aside is found again."""
        return f"{reverse('my_requests:list')}?show=drafts"

    @property
    def page_url(self) -> str:
        """The page of the service in the reader's language, which says what holds for it now."""
        return str(self.service.localized.get_url() or "/")

    def received_url(self, request: uuid.UUID) -> str:
        """What became of an application that was sent."""
        return reverse("my_requests:received", args=[request])

    @cached_property
    def live(self) -> FormVersion | None:
        """The form version in force; None while the service takes no applications."""
        key = self.service.translation_key
        forms = Form.objects.select_related("live_version").defer("live_version__spec")
        form = forms.filter(translation_key=key).first()
        return form.live_version if form else None

    @cached_property
    def body(self) -> Body | None:
        """Who answers for the service, as its pages show it."""
        return body_of(self.organisation)

    @property
    def organisation(self) -> Organisation:
        return department_of(self.service).organisation


@dataclass(frozen=True)
class OfficeOffer(Offer):
    """A service that somebody applies for in the name of an establishment."""

    office: Establishment

    @property
    def slug(self) -> str:
        return office_slug(self.office, self.service.slug)

    @property
    def acting_for(self) -> Establishment:
        return self.office


@dataclass(frozen=True)
class GuestOffer(Offer):
    """A service that somebody applies for without an account."""

    @property
    def is_of_a_guest(self) -> bool:
        return True

    @property
    def drafts_url(self) -> str:
        return reverse("apply:link", args=[self.slug])


def offer_for(person: User, service: ServicePage, title: str, establishment: Establishment | None) -> Offer:
    """The service as this person applies for it."""
    if establishment:
        return OfficeOffer(service, title, establishment)
    return GuestOffer(service, title) if person.is_guest else Offer(service, title)


def offered(person: User, slug: str, language: str) -> Offer:
    """What an address of this person's application names.

    Raises:
        Http404: as `offer_of` and `read_slug` do, and where no establishment applies for that service.
    """
    own_slug, establishment = read_slug(person, slug)
    offer = offer_of(own_slug, language)
    if establishment and not offer.service.is_for_establishments:
        raise Http404
    return offer_for(person, offer.service, offer.title, establishment)


def department_of(service: ServicePage) -> Department:
    """Who answers for the service.

    Raises:
        Http404: when nobody does; such a service takes no applications.
    """
    department: Department | None = service.department
    if department is None:
        raise Http404
    return department


def offer_of(slug: str, language: str) -> Offer:
    """The service of that slug.

    Raises:
        Http404: when there is none, it is not published, or it belongs to no department.
    """
    pages = _pages(slug)
    source = next((page for page in pages if page.locale.language_code == settings.LANGUAGE_CODE), None)
    if source is None or source.department_id is None:
        raise Http404
    translated = next((page for page in pages if page.locale.language_code == language), source)
    return Offer(source, translated.title)


def _pages(slug: str) -> list[ServicePage]:
    """The page and its translations, in one query."""
    sources = ServicePage.objects.filter(slug=slug, locale__language_code=settings.LANGUAGE_CODE, live=True)
    return list(
        ServicePage.objects.filter(translation_key__in=sources.values("translation_key"), live=True)
        .select_related("locale", "department__organisation")
        .defer(*wide_columns())
    )
