"""What a person types about the own account: sign in, register, change or renew a password, details.

The forms of allauth are dressed in the look and the words of the portal (settings: ACCOUNT_FORMS).
"""

from typing import Any

from allauth.account import forms as stock
from allauth.account.adapter import get_adapter
from allauth.account.fields import SetPasswordField
from django import forms
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cms.identity import IdentityType, check_identity
from home.accounts.budgets import spend_link
from home.accounts.email_proof import by_proved_address
from home.accounts.fields import AccountForm, CodedMobileField, EmailField, LineField, MobileField, password_input
from home.accounts.jobs import send_renewal
from home.accounts.models import User
from home.accounts.outbox import tell_of_another_address
from home.accounts.registration import Registration
from home.accounts.sign_in import known_by

PASSWORD_GUIDANCE = _(
    "At least 10 characters, not digits alone. Three or four words that do not belong together "
    "are easy to remember and hard to guess."
)
# The law of the country where a name has four parts; a passport may have fewer.
NAME_PARTS = {IdentityType.NATIONAL_ID: 4}
FEWEST_NAME_PARTS = 2


def current_password(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        strip=False,
        widget=password_input("current-password"),
        error_messages={"required": _("Write your password")},
    )


def new_password(label: Any) -> SetPasswordField:
    field = SetPasswordField(
        label=label, help_text=PASSWORD_GUIDANCE, error_messages={"required": _("Choose a password")}
    )
    field.widget = password_input("new-password")
    return field


def repeated_password() -> forms.CharField:
    return forms.CharField(
        label=_("The same password again"),
        strip=False,
        widget=password_input("new-password"),
        error_messages={"required": _("Write the password a second time")},
    )


class TwoEqualPasswords(AccountForm):
    """Mixed into forms that ask for a new password twice."""

    def clean(self) -> dict[str, Any]:
        cleaned = forms.Form.clean(self) or {}
        first, second = cleaned.get("password1"), cleaned.get("password2")
        if first and second and first != second:
            self.add_error("password2", _("The two passwords differ. Write the same one twice"))
        return cleaned


class SignInForm(AccountForm, stock.LoginForm):
    """Identity number, mobile, e-mail or username, and the password."""

    password = current_password(pgettext_lazy("of an account", "Password"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = LineField(
            label=_("Identity number, mobile or e-mail"),
            help_text=_("Staff sign in with their username. An e-mail address counts once it is confirmed."),
            max_length=254,
            widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "username", "autocapitalize": "none"}),
            error_messages={"required": _("Write your identity number, mobile or e-mail")},
        )
        self.order_fields(["login", "password"])
        self.dress()

    def clean(self) -> dict[str, Any]:
        try:
            return super().clean() or {}
        except ValidationError as error:
            # Said at the first field, so that the summary has somewhere to lead.
            self.add_error("login", error)
            return self.cleaned_data


class PersonForm(AccountForm):
    """Who somebody is, as on his document, and how he is reached. The words are for the person himself."""

    names_wanted = _("Write your four names as on the document")
    name_wanted = _("Write your full name as on the document")

    identity_type = forms.ChoiceField(
        label=_("Identity document"),
        choices=IdentityType.choices,
        initial=IdentityType.NATIONAL_ID,
        error_messages={"required": _("Choose your identity document")},
    )
    identity_number = LineField(
        label=_("Identity number"),
        max_length=40,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off", "autocapitalize": "characters"}),
        help_text=_("As on the document. You will sign in with it."),
        error_messages={"required": _("Write your identity number")},
    )
    full_name = LineField(
        label=_("Full name"),
        max_length=200,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "name"}),
        help_text=_("Your four names, as on the document"),
        error_messages={"required": _("Write your full name as on the document")},
    )
    mobile = MobileField(
        label=_("Mobile"),
        help_text=_("Messages about your requests are sent to it. A number from abroad begins with + and the code."),
        error_messages={"required": _("Write your mobile number")},
    )
    email = EmailField(
        label=_("E-mail"),
        required=False,
        help_text=_("We send a link to it. Once you have opened it, you can renew a forgotten password by it."),
    )

    def clean_identity_number(self) -> str:
        kind = self.cleaned_data.get("identity_type", "")
        return check_identity(kind, self.cleaned_data["identity_number"], settings.HOME_COUNTRY)

    def clean_full_name(self) -> str:
        name: str = self.cleaned_data["full_name"]
        needed = NAME_PARTS.get(self.cleaned_data.get("identity_type", ""), FEWEST_NAME_PARTS)
        if len(name.split()) < needed or any(sign.isdigit() for sign in name):
            raise ValidationError(self.names_wanted if needed > FEWEST_NAME_PARTS else self.name_wanted)
        return name


class RegistrationForm(TwoEqualPasswords, PersonForm):
    """A citizen opens an account."""

    password1 = new_password(pgettext_lazy("of an account", "Password"))
    password2 = repeated_password()

    mobile = CodedMobileField(
        label=_("Mobile"),
        help_text=_("We send a code to it now, and messages about your requests later."),
        error_messages={"required": _("Write your mobile number")},
    )
    field_order = ["identity_type", "identity_number", "full_name", "mobile", "email", "password1", "password2"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dress()

    def clean_password1(self) -> str:
        """Compared with what is typed above it, so that the password is not the identity number."""
        known = ("identity_number", "full_name", "mobile", "email")
        person = User(**{name: self.cleaned_data.get(name, "") for name in known})
        password: str = get_adapter().clean_password(self.cleaned_data["password1"], user=person)
        return password

    def registration(self) -> Registration:
        cleaned = self.cleaned_data
        return Registration(
            identity_type=cleaned["identity_type"],
            identity_number=cleaned["identity_number"],
            full_name=cleaned["full_name"],
            mobile=cleaned["mobile"],
            email=cleaned["email"],
            # Hashed before anybody is asked for, so that it takes as long whether or not the identity has an account.
            password=make_password(cleaned["password1"]),
        )


class CorrectMobileForm(AccountForm):
    """Before there is an account: the mobile to which the code goes."""

    mobile = CodedMobileField(label=_("Mobile"), error_messages={"required": _("Write your mobile number")})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dress()


class MobileAndIdentityForm(AccountForm):
    """Who wants to come in, or to renew his password, by a code. Neither number proves anything by itself."""

    mobile = CodedMobileField(
        label=_("Mobile"),
        help_text=_("The number in your account. The code is sent to it."),
        error_messages={"required": _("Write your mobile number")},
    )
    identity_number = LineField(
        label=_("Identity number"),
        max_length=40,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off", "autocapitalize": "characters"}),
        help_text=_("As on the document."),
        error_messages={"required": _("Write your identity number")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dress()

    def person(self) -> User | None:
        """Whose numbers these are, where a code may open his account."""
        return known_by(self.cleaned_data["mobile"], self.cleaned_data["identity_number"])


class ForgottenPasswordForm(AccountForm, stock.ResetPasswordForm):
    """Asks for the e-mail of the account. The answer is the same whether or not there is one."""

    email = EmailField(
        label=_("E-mail of your account"), error_messages={"required": _("Write the e-mail address of your account")}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dress()

    def clean_email(self) -> str:
        """Only a proved address: whoever registered with another's would be let in by his mistake."""
        address: str = get_adapter().clean_email(self.cleaned_data["email"])
        self.users = list(User.objects.filter(by_proved_address(address), is_active=True))
        return address

    def save(self, request: Any, **kwargs: Any) -> str:
        """Letters are written in a job: the answer takes as long with an account as without."""
        for person in self.users:
            send_renewal(person)
        return str(self.cleaned_data["email"])


class NewPasswordForm(TwoEqualPasswords, stock.ResetPasswordKeyForm):
    """Reached from the letter: the new password, twice."""

    password1 = new_password(_("New password"))
    password2 = repeated_password()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dress()


class FirstPasswordForm(TwoEqualPasswords, stock.SetPasswordForm):
    """For an account that has no password yet."""

    password1 = new_password(pgettext_lazy("of an account", "Password"))
    password2 = repeated_password()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dress()


class PasswordIsOwn(AccountForm):
    """Mixed into forms that ask for the current password before they change anything."""

    person: User

    def refuse_unless_own(self, password: str) -> str:
        """Counted with the failed sign-ins: an open session is no place to guess in.

        Raises:
            ValidationError: for a wrong password, and while the account is locked.
        """
        adapter = get_adapter()
        if not adapter.reauthenticate(self.person, password):
            raise adapter.validation_error("enter_current_password")
        return password


class ChangePasswordForm(PasswordIsOwn, TwoEqualPasswords, stock.ChangePasswordForm):
    oldpassword = current_password(_("Current password"))
    password1 = new_password(_("New password"))
    password2 = repeated_password()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = self.user
        self.dress()

    def clean_oldpassword(self) -> str:
        return self.refuse_unless_own(self.cleaned_data["oldpassword"])


class EmailForm(PasswordIsOwn):
    """Where letters reach a person. The identity and the name are the state's, not changed here."""

    email = EmailField(
        label=_("E-mail"),
        required=False,
        help_text=_("We send a link to it. Once you have opened it, you can sign in and renew a password by it."),
    )
    password = current_password(_("Current password"))

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        self.person = person
        kwargs["initial"] = {"email": person.email}
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = _("So that nobody else can turn your messages away from you.")
        self.dress()

    def clean_password(self) -> str:
        return self.refuse_unless_own(self.cleaned_data["password"])

    def save(self) -> None:
        """The address that is left is told: whoever reads it may not have wanted this. The new one gets its link.

        Raises:
            home.accounts.budgets.Spent: too many were sent for this account. Nothing is changed.
        """
        before, now = self.person.email, self.cleaned_data["email"]
        if before == now:
            return
        self.person.email = now
        with transaction.atomic():
            if now:
                spend_link(self.person)
            self.person.save(update_fields=["email"])
            tell_of_another_address(self.person, before)


class MobileForm(PasswordIsOwn):
    """The number to be proved: a new one, or the own one that no code has been sent to yet."""

    mobile = CodedMobileField(
        label=_("Mobile"),
        help_text=_("We send a code to it. Until you have typed the code nothing is changed."),
        error_messages={"required": _("Write your mobile number")},
    )
    password = current_password(_("Current password"))

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        self.person = person
        kwargs["initial"] = {"mobile": person.mobile}
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = _("So that nobody else can turn your messages away from you.")
        self.dress()

    def clean_password(self) -> str:
        return self.refuse_unless_own(self.cleaned_data["password"])
