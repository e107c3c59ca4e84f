"""What a way of reaching a person must be able to do. One class in one file under `channels/`."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise

from service_requests.records.models import ServiceRequest


@dataclass(frozen=True)
class Envelope:
    """One message as it leaves the house.

    `reference` is the same for every attempt, so that the other side recognises a repeated one.
    """

    reference: str
    recipient: str
    text: str
    language: str
    subject: str = ""
    sender: str = ""


class Channel(ABC):
    """A way of reaching a person.

    Attributes:
        is_handed_over: whether something leaves the house; what does not is sent when it is written.
        is_for_staff: whether colleagues read it, in the portal's language, and not the citizen in his.
        has_subject: whether a line stands above the text.
        before_closing: what stands between the text and what the channel says at its end.
    """

    key: ClassVar[str]
    label: ClassVar[str | Promise]
    is_handed_over: ClassVar[bool] = True
    is_for_staff: ClassVar[bool] = False
    has_subject: ClassVar[bool] = False
    before_closing: ClassVar[str] = " "

    def tells(self, event: str) -> bool:
        """Whether it tells of this event where a body has no word of its own on it."""
        return True

    def fitted(self, text: str) -> str:
        """The text as this way of telling carries it."""
        return text

    def closing(self, request: ServiceRequest) -> str:
        """What every message of this channel says at its end, in the active language; no editor can leave it out."""
        return ""

    @abstractmethod
    def recipient_of(self, request: ServiceRequest) -> str:
        """Where the applicant is reached this way; empty when he cannot be."""

    @abstractmethod
    def deliver(self, envelope: Envelope) -> str:
        """Hand the message over; what the other side calls it, empty where it does not say.

        Raises:
            GatewayRefused: when it was not taken (cms.gateways says which kinds there are).
        """

    @abstractmethod
    def masked(self, recipient: str) -> str:
        """The recipient as it may be shown to others than himself."""


_CHANNELS: dict[str, Channel] = {}


def register(channel: type[Channel]) -> type[Channel]:
    """Class decorator: make a channel known under its key.

    Raises:
        ImproperlyConfigured: when the key is taken.
    """
    if channel.key in _CHANNELS:
        raise ImproperlyConfigured(f"Two channels are called “{channel.key}”.")
    _CHANNELS[channel.key] = channel()
    return channel


def channel(key: str) -> Channel:
    """The channel of that key.

    Raises:
        KeyError: when there is none.
    """
    return _CHANNELS[key]


def channels() -> Iterable[Channel]:
    """Every channel, in the order of registration."""
    return _CHANNELS.values()
