"""A token that the provider signed signs nobody in where it is not for us, not from there, not of now or not asked for.

Each is signed with a key that the provider is made to name as its own, so that nothing but the claim is wrong.
"""

import json
import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client

from home.accounts.models import User
from home.accounts.national import sample_provider
from tests.accounts.national.people import way_back
from tests.accounts.national.relay import Line
from tests.accounts.national.test_refusals import NEXT, NOT_CONFIRMED, leads_on, refused
from tests.accounts.pages import is_signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OURS, OTHER = sample_provider.CLIENT_ID, "another-portal"
LONG = 3600


class _Missing:
    """A claim that the token does not have; by its name, so that every process collects the same tests."""

    def __str__(self) -> str:
        return "missing"


MISSING = _Missing()

Claims = dict[str, Any]


def answered(claims: Claims, key: Any = KEY, algorithm: str = "RS256") -> Callable[[bytes], bytes]:
    """The provider's answer with these claims in its token in the place of its own."""

    def changed(body: bytes) -> bytes:
        answer = json.loads(body)
        told = jwt.decode(answer["id_token"], options={"verify_signature": False}) | claims
        told = {name: value for name, value in told.items() if value is not MISSING}
        answer["id_token"] = jwt.encode(told, key, algorithm, headers={"kid": "of-the-test"})
        return json.dumps(answer).encode()

    return changed


def its_keys(_body: bytes) -> bytes:
    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
    return json.dumps({"keys": [public | {"kid": "of-the-test", "use": "sig", "alg": "RS256"}]}).encode()


def comes_back(client: Client, provider: Line, claims: Claims, **signed: Any) -> Any:
    back = way_back(client, "noura", NEXT)
    provider.changed = {"/token": answered(claims, **signed), "/jwks": its_keys}
    return client.get(back)


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"aud": [OURS]},
        {"aud": [OURS, OTHER], "azp": OURS},
        {"azp": OURS},
        {"exp": int(time.time()) + LONG},
    ],
    ids=lambda claims: " ".join(claims) or "as they are",
)
def test_control_a_token_whose_claims_are_right_signs_in(client: Client, provider: Line, claims: Claims) -> None:
    response = comes_back(client, provider, claims)

    assert response.headers["location"] == NEXT
    assert is_signed_in(client)


def not_confirmed(client: Client, response: Any) -> None:
    refused(client, response, NOT_CONFIRMED, "لم يؤكد الدخول الوطني هويتك")
    leads_on(response)
    assert not User.objects.filter(identity_number="1000000008").exists()


@pytest.mark.parametrize("aud", [OTHER, [OTHER], [], "", MISSING, [OURS, OTHER], f"{OURS}-2"], ids=str)
def test_a_token_for_another_portal_is_refused(client: Client, provider: Line, aud: Any) -> None:
    not_confirmed(client, comes_back(client, provider, {"aud": aud}))


@pytest.mark.parametrize("iss", ["https://thief.example", "", MISSING], ids=str)
def test_a_token_of_another_provider_is_refused(client: Client, provider: Line, iss: Any) -> None:
    not_confirmed(client, comes_back(client, provider, {"iss": iss}))


@pytest.mark.parametrize("ago", [LONG, 90, MISSING], ids=str)
def test_a_token_whose_time_is_over_or_has_no_end_is_refused(client: Client, provider: Line, ago: Any) -> None:
    exp = MISSING if ago is MISSING else int(time.time()) - ago
    not_confirmed(client, comes_back(client, provider, {"exp": exp}))


@pytest.mark.parametrize("name", ["iat", "nbf"])
def test_a_token_of_tomorrow_is_refused(client: Client, provider: Line, name: str) -> None:
    not_confirmed(client, comes_back(client, provider, {name: int(time.time()) + LONG}))


@pytest.mark.parametrize("nonce", ["another", "", None, MISSING], ids=str)
def test_a_token_of_another_sign_in_is_refused(client: Client, provider: Line, nonce: Any) -> None:
    not_confirmed(client, comes_back(client, provider, {"nonce": nonce}))


@pytest.mark.parametrize("azp", [OTHER, "", None, [OURS]], ids=str)
def test_a_token_that_another_portal_asked_for_is_refused(client: Client, provider: Line, azp: Any) -> None:
    not_confirmed(client, comes_back(client, provider, {"azp": azp}))


@pytest.mark.parametrize("sub", ["", None, 7, MISSING], ids=str)
def test_a_token_about_nobody_is_refused(client: Client, provider: Line, sub: Any) -> None:
    not_confirmed(client, comes_back(client, provider, {"sub": sub}))


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
def test_a_token_signed_with_the_secret_we_share_is_refused(client: Client, provider: Line) -> None:
    secret = sample_provider.CLIENT_SECRET
    not_confirmed(client, comes_back(client, provider, {}, key=secret, algorithm="HS256"))
