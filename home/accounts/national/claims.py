"""What the state said of a person, read out of the claims of its provider.

Providers name and shape claims each in its own way; NATIONAL_SIGN_IN["claims"] says which claim is what.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from cms.arabic import clean
from cms.identity import IdentityType, check_identity
from cms.phones import parse_phone
from home.accounts.models import User
from home.accounts.national import option
from home.accounts.national.refusals import Reason, Refused

# Where the provider does not say which kind of document a number is of.
_KINDS_BY_SHAPE = (IdentityType.NATIONAL_ID, IdentityType.RESIDENCE)


@dataclass(frozen=True)
class Confirmed:
    """A person as the state knows him; `mobile` and `email` are empty unless it vouches for them."""

    identity_type: str
    identity_number: str
    full_name: str
    mobile: str = ""
    email: str = ""
    assurance: str = ""

    @property
    def attributes(self) -> dict[str, str]:
        """What was confirmed, by the name of the account's field."""
        told = {
            "identity_type": self.identity_type,
            "identity_number": self.identity_number,
            "full_name": self.full_name,
            "mobile": self.mobile,
            "email": self.email,
        }
        return {name: value for name, value in told.items() if value}


def read(claims: Mapping[str, Any]) -> Confirmed:
    """The person these claims are about.

    Raises:
        Refused: without a name or an identity number, or with a number that no document has.
    """
    number, name = _text(claims, "identity_number"), _text(claims, "full_name")
    if not number or not name:
        raise Refused(Reason.INCOMPLETE)
    kind, number = _identity(_text(claims, "identity_type"), number)
    return Confirmed(
        identity_type=kind,
        identity_number=number,
        full_name=name[: User._meta.get_field("full_name").max_length],
        mobile=_mobile(claims),
        email=_email(claims),
        assurance=_text(claims, "assurance")[:100],
    )


def _identity(kind: str, number: str) -> tuple[str, str]:
    for possible in [kind] if kind else _KINDS_BY_SHAPE:
        try:
            return IdentityType(possible), check_identity(possible, number, settings.HOME_COUNTRY)
        except (ValidationError, ValueError):
            continue
    raise Refused(Reason.IDENTITY)


def _mobile(claims: Mapping[str, Any]) -> str:
    """A number that cannot be read is as good as none: the person is asked for it where it is needed."""
    try:
        told = _text(claims, "mobile") if _is_vouched(claims, "mobile_verified") else ""
        return parse_phone(told, settings.HOME_COUNTRY, mobile_only=True) if told else ""
    except ValidationError:
        return ""


def _email(claims: Mapping[str, Any]) -> str:
    told = _text(claims, "email").lower() if _is_vouched(claims, "email_verified") else ""
    try:
        validate_email(told)
    except ValidationError:
        return ""
    return told


def _is_vouched(claims: Mapping[str, Any], name: str) -> bool:
    """Whether the provider has seen that it is the person's own; always, where it has no claim that says so."""
    claim = option("claims").get(name, "")
    return not claim or claims.get(claim) in (True, "true")


def _text(claims: Mapping[str, Any], name: str) -> str:
    """A claim as text; numbers come as numbers from some providers."""
    told = claims.get(option("claims").get(name, ""))
    return clean(str(told)) if isinstance(told, str | int) and not isinstance(told, bool) else ""
