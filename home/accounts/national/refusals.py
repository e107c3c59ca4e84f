"""Why nobody was signed in, in words for the person."""

from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _


class Words(NamedTuple):
    """The page of one reason."""

    title: Any
    text: Any
    status: int


class Reason:
    """The reasons; each is the key of its words."""

    CANCELLED = "cancelled"
    EXPIRED = "expired"
    AWAY = "away"
    NOT_CONFIRMED = "not_confirmed"
    INCOMPLETE = "incomplete"
    IDENTITY = "identity"
    TOO_MANY = "too_many"


WORDS = {
    Reason.CANCELLED: Words(
        _("You stopped the national sign-in"),
        _("Nothing was changed. You can begin again, or sign in another way."),
        200,
    ),
    Reason.EXPIRED: Words(
        _("This sign-in is no longer valid"),
        _("It was begun too long ago or in another browser, or it was used already. Begin again."),
        400,
    ),
    Reason.AWAY: Words(
        _("The national sign-in does not answer"),
        _("The fault is not yours. Try again in a few minutes, or sign in another way."),
        503,
    ),
    Reason.NOT_CONFIRMED: Words(
        _("The national sign-in did not confirm who you are"),
        _("Nobody was signed in. Begin again; if it happens again, call us."),
        400,
    ),
    Reason.INCOMPLETE: Words(
        _("The national sign-in did not tell your name and identity number"),
        _("Without them your account cannot be found. Sign in another way, or call us."),
        400,
    ),
    Reason.IDENTITY: Words(
        _("The identity number from the national sign-in is not right"),
        _("It has not the shape of such a number. Sign in another way, or call us."),
        400,
    ),
    Reason.TOO_MANY: Words(
        _("Too many sign-ins from this connection"),
        _("Wait a minute, then try again."),
        429,
    ),
}


class Refused(Exception):
    """Nobody is signed in.

    Attributes:
        reason: one of `Reason`.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    @property
    def words(self) -> Words:
        """What the person is told."""
        return WORDS[self.reason]
