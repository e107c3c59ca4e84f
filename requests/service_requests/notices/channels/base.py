"""What a way of reaching a person must be able to do. One class in one file under `channels/`."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise

from service_requests.records.models import ServiceRequest


class DeliveryFailed(Exception):
    """The other side did not take the message; another attempt may succeed."""


@dataclass(frozen=True)
class Envelope:
    """One message as it leaves the house.

    `reference` is the same for every attempt, so that the other side recognises a repeated one.
    """

    reference: str
    recipient: str
    text: str
    language: str


class Channel(ABC):
    """A way of reaching a person."""

    key: ClassVar[str]
    label: ClassVar[str | Promise]

    @abstractmethod
    def recipient_of(self, request: ServiceRequest) -> str:
        """Where the applicant is reached this way; empty when he cannot be."""

    @abstractmethod
    def deliver(self, envelope: Envelope) -> None:
        """Hand the message over.

        Raises:
            DeliveryFailed: when it was not taken.
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
