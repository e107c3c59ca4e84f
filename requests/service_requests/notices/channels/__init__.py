"""Ways of reaching a person. Importing this package registers those that ship."""

from service_requests.notices.channels import sms as _sms  # noqa: F401 -- registers itself
from service_requests.notices.channels.base import Channel, DeliveryFailed, Envelope, channel, channels, register

__all__ = ["Channel", "DeliveryFailed", "Envelope", "channel", "channels", "register"]
