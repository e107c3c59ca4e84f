"""Sample people of a demonstration, as the state would confirm them.

The test provider (`sample_provider`) shows the same ones; where it cannot run, a page of ours does.
"""

import json
from functools import cache
from pathlib import Path

from django.conf import settings

from cms.identity import IdentityType
from home.accounts.national.claims import Confirmed

ASSURANCE = "substantial"


@cache
def people() -> tuple[Confirmed, ...]:
    """Citizens and staff of the demonstration, and whom only the state knows."""
    told = json.loads((Path(settings.BASE_DIR) / "content" / "demo" / "people.json").read_text("utf-8"))
    return tuple(
        Confirmed(
            identity_type=person.get("identity_type", IdentityType.NATIONAL_ID),
            identity_number=person["identity"],
            full_name=person["full_name"],
            mobile=person["mobile"],
            email=person.get("email", ""),
            assurance=ASSURANCE,
        )
        for person in [*told["citizens"], *told["delegates"], *told["state"], *told["staff"][:3]]
    )


def chosen(number: str) -> Confirmed | None:
    """The sample person with this identity number."""
    return next((person for person in people() if person.identity_number == number), None)
