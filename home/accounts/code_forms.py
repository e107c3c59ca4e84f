"""Codes of the second factor, typed: allauth's forms in our look and words (settings: MFA_FORMS).

Wrong ones are counted by allauth, under a lock, with the failed sign-ins of the account (ACCOUNT_RATE_LIMITS).
"""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as stock
from allauth.mfa.recovery_codes.forms import GenerateRecoveryCodesForm
from allauth.mfa.totp import forms as totp
from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cms.arabic import compact, digits
from home.accounts.fields import AccountForm
from home.accounts.forms import current_password


class CodeField(forms.CharField):
    """Digits, in either digit set and with whatever stands between them."""

    def to_python(self, value: Any) -> str:
        return compact(digits(super().to_python(value) or ""))


def code_field(label: Any, help_text: Any = "") -> CodeField:
    return CodeField(
        label=label,
        help_text=help_text,
        max_length=40,
        widget=forms.TextInput(attrs={"dir": "ltr", "inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"required": _("Write the code")},
    )


class TypedCode(AccountForm):
    """Mixed into forms that check a code of a person."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = self.base_code
        self.dress()

    @property
    def base_code(self) -> CodeField:
        return code_field(_("Code from the app"), _("Six digits, or one of your recovery codes."))


class AuthenticateForm(TypedCode, stock.AuthenticateForm):
    """At sign-in, after the password or the national sign-in."""


class ReauthenticateForm(TypedCode, stock.ReauthenticateForm):
    """Again, before the factor itself is changed."""


class ActivateForm(TypedCode, totp.ActivateTOTPForm):
    """The first code of a new app."""

    @property
    def base_code(self) -> CodeField:
        return code_field(_("The code that the app shows now"), _("Six digits; a new one every half minute."))


class DeactivateForm(AccountForm, totp.DeactivateTOTPForm):
    """A press of a button."""


class RecoveryCodesForm(AccountForm, GenerateRecoveryCodesForm):
    """A press of a button."""


class PasswordAgainForm(AccountForm, account.ReauthenticateForm):
    """The password once more, before the second factor is set up or changed."""

    password = current_password(pgettext_lazy("of an account", "Password"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dress()
