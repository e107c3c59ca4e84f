"""Ways of reaching a person. Importing this package registers those that ship."""

from service_requests.notices.channels import account as _account
from service_requests.notices.channels import chat as _chat
from service_requests.notices.channels import email as _email
from service_requests.notices.channels import sms as _sms
from service_requests.notices.channels.base import Channel, Envelope, channel, channels, register

__all__ = ["Channel", "Envelope", "channel", "channels", "register"]

# In the order in which they are written and shown.
for _way in (_sms.SmsChannel, _email.EmailChannel, _account.AccountChannel, _chat.ChatChannel):
    register(_way)
