"""A body as its services' pages show it: who it is and how it is reached."""

from dataclasses import dataclass

from cms.languages import Texts
from services_catalog.organisations.models import Organisation

# Twice the size it is drawn at, for dense screens.
_EMBLEM = "max-112x112|format-png"


@dataclass(frozen=True)
class Body:
    """Plain values for templates; the frame of the page takes them in the place of the portal's own."""

    name: Texts
    phone: str
    email: str
    working_hours: Texts
    emblem: str = ""

    @property
    def phone_digits(self) -> str:
        return "".join(mark for mark in self.phone if mark.isdigit() or mark == "+")


def body_of(organisation: Organisation | None) -> Body | None:
    """The body that answers for a service; None where no department does."""
    if organisation is None:
        return None
    emblem = organisation.emblem.get_rendition(_EMBLEM).url if organisation.emblem else ""
    return Body(organisation.name, organisation.phone, organisation.email, organisation.working_hours, emblem)
