"""What a clerk types at the window about the person before him, and to find a request."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cms.arabic import clean, digits
from cms.identity import IdentityType, check_identity
from home.accounts.fields import AccountForm, LineField, MobileField
from home.accounts.forms import PersonForm
from home.accounts.registration import Registration


def _forget_typing(form: forms.Form) -> None:
    """The browser is the clerk's: what it remembers is of others."""
    for field in form.fields.values():
        field.widget.attrs["autocomplete"] = "off"


class FindForm(AccountForm):
    """By the identity document, or by the mobile; the whole number."""

    identity_type = forms.ChoiceField(
        label=_("Identity document"), choices=IdentityType.choices, initial=IdentityType.NATIONAL_ID, required=False
    )
    identity_number = LineField(
        label=_("Identity number"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"dir": "ltr"}),
        help_text=_("The whole number, as on the document."),
    )
    mobile = MobileField(label=_("Or the mobile"), required=False, help_text=_("The whole number."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _forget_typing(self)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        number = cleaned.get("identity_number", "")
        if number:
            try:
                cleaned["identity_number"] = check_identity(
                    cleaned.get("identity_type") or IdentityType.NATIONAL_ID, number, settings.HOME_COUNTRY
                )
            except ValidationError as error:
                self.add_error("identity_number", error)
        elif not cleaned.get("mobile") and not self.errors:
            self.add_error("identity_number", _("Write the identity number or the mobile"))
        return cleaned

    @property
    def wanted(self) -> dict[str, str]:
        """What `people.find` asks for."""
        cleaned = self.cleaned_data
        if cleaned["identity_number"]:
            kind = cleaned["identity_type"] or IdentityType.NATIONAL_ID
            return {"identity_type": kind, "identity_number": cleaned["identity_number"]}
        return {"mobile": cleaned["mobile"]}


class NewPersonForm(PersonForm):
    """Somebody who has no account: the same checks as where he opens one himself, without a password."""

    names_wanted = _("Write the four names as on the document")
    name_wanted = _("Write the full name as on the document")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _forget_typing(self)
        told = {
            "identity_number": (_("As on the document."), _("Write the identity number")),
            "full_name": (_("The four names, as on the document."), self.name_wanted),
            "mobile": (
                _("The request number is sent to it. A number from abroad begins with + and the code."),
                _("Write the mobile number"),
            ),
        }
        for name, (hint, missing) in told.items():
            self.fields[name].help_text = hint
            self.fields[name].error_messages["required"] = missing
        self.fields["email"].help_text = _("Only if the person wants it.")

    def registration(self) -> Registration:
        cleaned = self.cleaned_data
        names = ("identity_type", "identity_number", "full_name", "mobile", "email")
        return Registration(**{name: cleaned[name] for name in names}, password="")


class InquiryForm(AccountForm):
    """The number that the person was given."""

    number = LineField(
        label=_("Request number"),
        max_length=40,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
        error_messages={"required": _("Write the request number")},
    )

    def clean_number(self) -> str:
        """In either digit set, with or without spaces."""
        return digits(clean(self.cleaned_data["number"])).replace(" ", "").upper()
