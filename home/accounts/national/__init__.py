"""The national sign-in: the state says who somebody is, over OpenID Connect, and the portal takes its word.

`oidc` asks and checks, `claims` reads what was said, `linking` finds or opens the account, `views` are the pages.
Off while the settings name no provider (NATIONAL_SIGN_IN, docs/decisions/0016).
"""

from typing import Any

from django.conf import settings

# The name under which a session keeps that its person came in this way.
METHOD = "national"


def is_on() -> bool:
    """Whether anybody can sign in this way: at a provider, or in a demonstration at its stand-in."""
    return bool(option("issuer")) or settings.NATIONAL_STAND_IN


def option(name: str) -> Any:
    """One of the settings of the national sign-in."""
    return settings.NATIONAL_SIGN_IN[name]
