"""What an owner writes to invite somebody."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cms.identity import IdentityType, check_identity
from home.accounts.establishments.delegating import Invited
from home.accounts.establishments.models import today
from home.accounts.fields import AccountForm, LineField, MobileField


class InvitationForm(AccountForm):
    """A person by his identity document and his mobile: both must be right, so that no stranger is invited."""

    identity_type = forms.ChoiceField(
        label=_("Identity document"),
        choices=IdentityType.choices,
        initial=IdentityType.NATIONAL_ID,
        error_messages={"required": _("Choose the identity document")},
    )
    identity_number = LineField(
        label=_("Identity number"),
        max_length=40,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off", "autocapitalize": "characters"}),
        error_messages={"required": _("Write the identity number of the person")},
    )
    mobile = MobileField(
        label=_("Mobile"),
        help_text=_("The one that the person gives in this portal."),
        error_messages={"required": _("Write the mobile number of the person")},
    )
    last_day = forms.DateField(
        label=_("Last day"),
        required=False,
        help_text=_("Empty: until you end it."),
        widget=forms.DateInput(attrs={"type": "date", "dir": "ltr"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Write the last day as a date, like 2027-01-31")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mobile"].widget.attrs["autocomplete"] = "off"
        self.dress()

    def clean_identity_number(self) -> str:
        kind = self.cleaned_data.get("identity_type", "")
        return check_identity(kind, self.cleaned_data["identity_number"], settings.HOME_COUNTRY)

    def clean_last_day(self) -> Any:
        day = self.cleaned_data["last_day"]
        if day and day < today():
            raise ValidationError(_("The last day lies in the past. Choose today or a later day"))
        return day

    def invited(self) -> Invited:
        return Invited(**self.cleaned_data)
