"""The selection that a page spoke of, signed: what is confirmed is that, whatever fits the filter by then.

Called by bulk_page, which puts it into its form and reads it again.
"""

import uuid
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Any

from django.core import signing

from service_requests.workflow.runs.models import packed, unpacked

# As long as a preview answers for what it showed.
FROZEN_SECONDS = 12 * 60 * 60


@dataclass(frozen=True)
class Frozen:
    """A selection as a page carries it: it cannot be typed by hand, and confirms one run however often it is sent."""

    key: uuid.UUID
    ids: list[int]

    def signed(self, user: Any) -> str:
        return _signer(user).sign(f"{self.key}.{urlsafe_b64encode(packed(self.ids)).decode()}")

    @classmethod
    def read(cls, sent: str, user: Any) -> "Frozen | None":
        try:
            key, ids = _signer(user).unsign(sent, max_age=FROZEN_SECONDS).split(".")
        except signing.BadSignature:
            return None
        return cls(uuid.UUID(key), unpacked(urlsafe_b64decode(ids)))


def _signer(user: Any) -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=f"bulk-{user.pk}")
