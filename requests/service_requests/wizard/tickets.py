"""What a page of the wizard carries, signed: which form it showed, and to whom.

A page may come back long after it was shown: from another session, after the form was published
again, or after somebody else signed in at the same computer. The ticket tells those apart.
"""

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Self

from django.core import signing

SALT = "service_requests.wizard"
VALID_FOR = timedelta(days=28)


@dataclass(frozen=True)
class Ticket:
    """Signed facts about a page that was shown.

    Attributes:
        person: key of the person it was shown to.
        service: key of the service page.
        version: key of the form version it showed.
        draft: key of the draft it belongs to; 0 before there is one.
    """

    person: int
    service: int
    version: int
    draft: int = 0

    def signed(self) -> str:
        return signing.dumps(asdict(self), salt=SALT, compress=False)

    @classmethod
    def read(cls, text: str) -> Self | None:
        """The ticket, or None when it is missing, forged or too old."""
        try:
            return cls(**signing.loads(text, salt=SALT, max_age=VALID_FOR))
        except (signing.BadSignature, TypeError):
            return None
