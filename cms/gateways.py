"""The gateway for text messages: what leaves the house for a telephone goes through it.

Below everything, because codes of sign-in (home.accounts) and notices of requests (service_requests.notices)
are sent by the same one.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass


class GatewayRefused(Exception):
    """The gateway did not take the message; another attempt may succeed."""


@dataclass(frozen=True)
class TextMessage:
    """One text message. `recipient` is E.164; `reference` is the same for every attempt, so that the other side
    recognises a repeated one."""

    reference: str
    recipient: str
    text: str


class SmsGateway(ABC):
    """A way to send text messages."""

    @abstractmethod
    def send(self, message: TextMessage) -> None:
        """Hand one message over.

        Raises:
            GatewayRefused: when it was not taken.
        """


class NothingIsSent(SmsGateway):
    """For the demo: what would have been sent is read on the outbox page."""

    def send(self, message: TextMessage) -> None:
        return None


def sms_gateway() -> SmsGateway:
    """The gateway that the settings name."""
    return NothingIsSent()
