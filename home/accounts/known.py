"""What an account can answer in a form. Called by the wizard, which fills the fields in."""

from typing import Any

from cms.languages import in_language
from home.accounts.establishments.models import Establishment
from home.accounts.models import NationalConfirmation, User


def known_answers(person: User) -> dict[str, Any]:
    """By purpose, as `forms_builder.fields.base.Context.known` takes them; what is not known is left out."""
    identity = {"type": person.identity_type, "number": person.identity_number} if person.identity_number else None
    answers = {
        "full_name": person.full_name,
        "email": person.email,
        "mobile": person.mobile,
        "identity": identity,
    }
    return {purpose: answer for purpose, answer in answers.items() if answer}


def confirmed_answers(person: User) -> dict[str, Any]:
    """The part of them that the state vouches for, as `Context.confirmed` takes it: nobody changes it in a form."""
    confirmation: NationalConfirmation | None = getattr(person, "national_confirmation", None)
    if confirmation is None:
        return {}
    vouched = {name for name in confirmation.attributes if confirmation.confirms(name)}
    if {"identity_type", "identity_number"} <= vouched:
        vouched.add("identity")
    return {purpose: answer for purpose, answer in known_answers(person).items() if purpose in vouched}


def known_of(establishment: Establishment | None) -> dict[str, Any]:
    """What is known of the establishment that somebody applies for; nothing for oneself."""
    if establishment is None:
        return {}
    return {"establishment_name": in_language(establishment.name), "establishment_number": establishment.number}
