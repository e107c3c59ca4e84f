"""Form fields and the base of every form of an account: one look, one way to tell of a mistake."""

import re
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cms.arabic import clean, compact
from cms.phones import national, parse_phone
from home.accounts.models import DIGITS


class LineField(forms.CharField):
    """One line of text without the invisible marks that come along when text is copied."""

    def to_python(self, value: Any) -> str:
        return clean(super().to_python(value) or "")


class EmailField(forms.EmailField):
    """An e-mail address, always left-to-right."""

    widget = forms.EmailInput(attrs={"dir": "ltr", "autocomplete": "email"})
    default_error_messages = {"invalid": _("Write the e-mail address like name@example.com")}

    def to_python(self, value: Any) -> str:
        return clean(super().to_python(value) or "").lower()


class MobileField(forms.CharField):
    """A mobile in any spelling; cleaned to E.164."""

    widget = forms.TextInput(attrs={"dir": "ltr", "inputmode": "tel", "autocomplete": "tel"})

    def to_python(self, value: Any) -> str:
        typed = super().to_python(value)
        return parse_phone(typed, settings.HOME_COUNTRY, mobile_only=True) if typed else ""

    def prepare_value(self, value: Any) -> Any:
        """A stored number is shown as it is dialled; what was typed stays as typed."""
        return national(value) if isinstance(value, str) and value.startswith("+") else value


class CodeField(forms.CharField):
    """The six digits of a text message, in either digit set and with spaces; cleaned to ASCII digits.

    A phone offers to fill them in from the message.
    """

    widget = forms.TextInput(
        attrs={"dir": "ltr", "inputmode": "numeric", "autocomplete": "one-time-code", "autocapitalize": "none"}
    )

    def __init__(self, **kwargs: Any) -> None:
        required = {"required": _("Write the code of the message")}
        super().__init__(label=_("Code"), max_length=40, error_messages=required, **kwargs)

    def to_python(self, value: Any) -> str:
        typed = compact(super().to_python(value) or "")
        if typed and not re.fullmatch(rf"[0-9]{{{DIGITS}}}", typed):
            raise ValidationError(_("The code has 6 digits. Write them as in the message"), code="shape")
        return typed


def password_input(autocomplete: str) -> forms.PasswordInput:
    return forms.PasswordInput(attrs={"autocomplete": autocomplete, "dir": "ltr"})


@dataclass(frozen=True)
class Mistake:
    """One line of the error summary: where the mistake is, and the words that stand there too."""

    target: str
    message: str


class AccountForm(forms.Form):
    """Base of the forms about an account."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "label_suffix": ""})

    def dress(self) -> None:
        """Give every control the look of the portal; called when all fields are in place."""
        for field in self.fields.values():
            look = "select" if isinstance(field.widget, forms.Select) else "input"
            field.widget.attrs["class"] = look
            field.widget.attrs.pop("placeholder", None)

    def mistakes(self) -> list[Mistake]:
        """The errors in the order of the page, for the summary on top."""
        whole = [Mistake("", str(message)) for message in self.non_field_errors()]
        return whole + [Mistake(field.id_for_label, str(message)) for field in self for message in field.errors]
