"""The way to the provider and back: authorization code with PKCE, by allauth's client for OpenID Connect.

What allauth leaves out is done here: the nonce, the signature of the identity token, and that the answer is about
one person only. The provider is asked afresh each time where its pages are: a person is never sent to one that is
down.
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from secrets import compare_digest, token_urlsafe
from typing import Any

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.internal import statekit
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Client, OAuth2Error
from allauth.socialaccount.providers.oauth2.utils import generate_code_challenge
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from requests import RequestException

from home.accounts.national import METHOD, claims, option
from home.accounts.national.refusals import Reason, Refused

logger = logging.getLogger(__name__)

# Signed by the provider's own key: with a shared secret or unsigned anybody could have written it.
_SIGNED_BY = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
_CLOCKS_DIFFER_BY = 60  # seconds
# What reading an answer raises that is not what the standard says.
_NONSENSE = (KeyError, TypeError, ValueError, AttributeError)


class NationalAdapter(OpenIDConnectOAuth2Adapter):
    """allauth's, for the one provider that the settings name; its tables of providers are not read."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request, METHOD)

    def get_provider(self) -> OpenIDConnectProvider:
        app = SocialApp(
            provider="openid_connect",
            provider_id=METHOD,
            name=METHOD,
            client_id=option("client_id"),
            secret=option("client_secret"),
            settings={"server_url": option("issuer").rstrip("/"), "token_auth_method": option("client_auth")},
        )
        return OpenIDConnectProvider(self.request, app=app)

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return request.build_absolute_uri(reverse("national_callback"))

    def client(self) -> OAuth2Client:
        """Who asks the provider for codes and tokens."""
        return self.get_client(self.request, self.get_provider().app)

    def fetched(self, address: str, **more: Any) -> dict[str, Any]:
        """A JSON document of the provider."""
        with get_adapter().get_requests_session() as session:
            answer = session.get(address, **more)
            answer.raise_for_status()
            found: dict[str, Any] = answer.json()
        return found


def way_out(request: HttpRequest, next_url: str) -> str:
    """The provider's address to send the person to; what comes back is checked against the session.

    Raises:
        Refused: when the provider does not answer, or not as one.
    """
    adapter, challenge, nonce = NationalAdapter(request), generate_code_challenge(), token_urlsafe(24)
    with _told_in_words():
        if adapter.openid_config["issuer"] != option("issuer"):
            raise Refused(Reason.AWAY)
        client, address = adapter.client(), adapter.authorize_url
    client.state = statekit.stash_state(
        request,
        provider_id=METHOD,
        state={"next": next_url, "verifier": challenge.pop("code_verifier"), "nonce": nonce},
    )
    more = {"nonce": nonce, "ui_locales": get_language() or "", **challenge}
    if option("acr"):
        more["acr_values"] = option("acr")
    return str(client.get_redirect_url(address, option("scope").split(), more))


def come_back(request: HttpRequest) -> tuple[claims.Confirmed, str]:
    """Whom the provider sent back, and where he was going.

    Raises:
        Refused: for every answer that does not say for certain who this is.
    """
    state = statekit.unstash_state(request, state_id=request.GET.get("state", ""), provider_id=METHOD)
    if state is None:
        raise Refused(Reason.EXPIRED)
    _refuse_errors(request)
    adapter = NationalAdapter(request)
    with _told_in_words():
        config = adapter.openid_config
        answer = adapter.client().get_access_token(request.GET["code"], pkce_code_verifier=state["verifier"])
        told = _identity_token(adapter, answer["id_token"], state["nonce"])
        if "userinfo_endpoint" in config:
            about = adapter.fetched(
                config["userinfo_endpoint"], headers={"Authorization": f"Bearer {answer['access_token']}"}
            )
            if about["sub"] != told["sub"]:
                raise Refused(Reason.NOT_CONFIRMED)
            told = {**about, **told}
    return claims.read(told), state["next"]


def _refuse_errors(request: HttpRequest) -> None:
    """The provider sent the person back without a code, or somebody else did."""
    error = request.GET.get("error")
    if error == "access_denied":
        raise Refused(Reason.CANCELLED)
    if error in {"temporarily_unavailable", "server_error"}:
        raise Refused(Reason.AWAY)
    if error or not request.GET.get("code") or request.GET.get("iss", option("issuer")) != option("issuer"):
        raise Refused(Reason.NOT_CONFIRMED)


def _identity_token(adapter: NationalAdapter, token: str, nonce: str) -> Mapping[str, Any]:
    """What the token says, once it is certain that this provider wrote it for us, now, and for this sign-in."""
    keys = jwt.PyJWKSet.from_dict(adapter.fetched(adapter.openid_config["jwks_uri"])).keys
    named = jwt.get_unverified_header(token).get("kid")
    key = next((key for key in keys if key.key_id == named), keys[0] if len(keys) == 1 and named is None else None)
    if key is None:
        raise Refused(Reason.NOT_CONFIRMED)
    told: dict[str, Any] = jwt.decode(
        token,
        key,
        algorithms=list(_SIGNED_BY),
        audience=option("client_id"),
        issuer=option("issuer"),
        leeway=_CLOCKS_DIFFER_BY,
        options={"require": ["exp", "iat", "sub", "nonce"]},
    )
    # Written for several, it has to say that it was we who asked.
    is_ours_alone = told["aud"] in (option("client_id"), [option("client_id")])
    asked_by = told.get("azp", option("client_id") if is_ours_alone else None)
    if not compare_digest(str(told["nonce"]).encode(), nonce.encode()) or asked_by != option("client_id"):
        raise Refused(Reason.NOT_CONFIRMED)
    return told


@contextmanager
def _told_in_words() -> Iterator[None]:
    """What may go wrong while the provider is asked, as a refusal; logged by its kind alone, without its words."""
    try:
        yield
    except RequestException as error:
        logger.warning("The national sign-in did not answer: %s", type(error).__name__)
        raise Refused(Reason.AWAY) from error
    except (OAuth2Error, jwt.PyJWTError) as error:
        logger.warning("The national sign-in confirmed nobody: %s", type(error).__name__)
        raise Refused(Reason.NOT_CONFIRMED) from error
    except _NONSENSE as error:
        logger.warning("The national sign-in answered something else: %s", type(error).__name__)
        raise Refused(Reason.AWAY) from error
