"""An e-mail address is proved by the link that is sent to it; until then it opens nothing (docs/decisions/0022).

The link names the account and holds a key made from the secret key, the address and the day. It stands in no queue
and in no table: the job that sends the letter works it out (home.accounts.outbox). Another address ends it.
"""

from typing import Any
from urllib.parse import urljoin

from allauth.account.utils import url_str_to_user_pk, user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db.models import F, Q
from django.urls import reverse

from home.accounts.models import User


class _Keys(PasswordResetTokenGenerator):
    """Django's keys of one day, for an address in the place of a password."""

    key_salt = "home.accounts.email_proof"

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        return f"{user.pk}|{user.email}|{user.is_active}|{timestamp}"


_keys = _Keys()


def by_proved_address(address: str) -> Q:
    """Whose address this is, and proved: of a family, several people's."""
    return Q(email__iexact=address, proved_email=F("email")) & ~Q(email="")


def link_for(person: User) -> str:
    """What is sent to his address."""
    told = {"uidb36": user_pk_to_url_str(person), "key": _keys.make_token(person)}
    return urljoin(settings.WAGTAILADMIN_BASE_URL, reverse("account_email_confirm", kwargs=told))


def person_of(uidb36: str, key: str) -> User | None:
    """Whose link this is; nobody's when it is older than a day, made up, or the account has another address now."""
    try:
        pk = url_str_to_user_pk(uidb36)
    except ValueError:
        return None
    person = User.objects.filter(pk=pk, is_active=True).exclude(email="").first()
    return person if person is not None and _keys.check_token(person, key) else None


def prove(person: User) -> None:
    """Whoever holds the link reads what is sent to this address."""
    if person.email_is_proved:
        return
    person.prove_email()
    person._history_user = person  # type: ignore[attr-defined]  # read by simple-history
    person.save(update_fields=["proved_email"])
