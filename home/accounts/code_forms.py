"""Codes of the second factor, typed: in our look and words, and counted one after the other (settings: MFA_FORMS).

allauth counts wrong codes too; two at once could both be compared before either is counted.
"""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as stock
from allauth.mfa.recovery_codes.forms import GenerateRecoveryCodesForm
from allauth.mfa.totp import forms as totp
from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cms.arabic import compact, digits
from home.accounts.fields import AccountForm
from home.accounts.forms import current_password
from home.accounts.models import User


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


class CountedCode(AccountForm):
    """Mixed into forms that check a code of a person."""

    user: User

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = self.base_code
        self.dress()

    @property
    def base_code(self) -> CodeField:
        return code_field(_("Code from the app"), _("Six digits, or one of your recovery codes."))

    def clean_code(self) -> str:
        """The code, once it is right.

        Raises:
            ValidationError: for a wrong one, and while there were too many.
        """
        with transaction.atomic():
            # Of many sent at once each waits until the one before is counted. What was wrong is raised outside:
            # undone with the transaction, it would not count.
            User.objects.select_for_update().get(pk=self.user.pk)
            try:
                return str(super().clean_code())  # type: ignore[misc]  # of the form it is mixed into
            except ValidationError as error:
                wrong = error
        raise wrong


class AuthenticateForm(CountedCode, stock.AuthenticateForm):
    """At sign-in, after the password or the national sign-in."""


class ReauthenticateForm(CountedCode, stock.ReauthenticateForm):
    """Again, before the factor itself is changed."""


class ActivateForm(CountedCode, totp.ActivateTOTPForm):
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
