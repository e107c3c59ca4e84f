"""People in the Wagtail admin: what an administrator edits of an account, and a clerk of the own one.

The viewset is loaded by Wagtail through `home.accounts.apps.PeopleInTheAdmin`, the view by `home.accounts.doors`.
"""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.account import AccountView, BaseSettingsPanel, ChangePasswordPanel, NameEmailSettingsPanel
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views.users import DeleteView, EditView, IndexView, UserViewSet

from cms.identity import fold_identity
from home.accounts.fields import MobileField
from home.accounts.models import User
from home.accounts.outbox import tell_of_another_address, tell_of_another_mobile

CHANGED_ELSEWHERE = (NameEmailSettingsPanel, ChangePasswordPanel)
OWN_FIELDS = {"full_name", "identity_type", "identity_number", "mobile"}


class PersonFields(forms.Form):
    """In the place of first and last name: one full name, as on the identity document."""

    first_name = None
    last_name = None
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        help_text=_("A link is sent to it. Once it is opened, a forgotten password can be renewed by it."),
    )
    full_name = forms.CharField(label=_("Full name"), max_length=200)
    mobile = MobileField(label=_("Mobile"), required=False)


class TellsThePerson:
    """In front of a form of one person: he is told of another address or mobile, at the old one and at the new one."""

    def save(self, commit: bool = True) -> User:
        before: dict[str, str] = self.initial  # type: ignore[attr-defined]  # of the stock form behind
        is_known = self.instance.pk is not None  # type: ignore[attr-defined]  # of the stock form behind
        person: User = super().save(commit)  # type: ignore[misc]  # of the stock form behind
        if commit:
            tell_of_another_address(person, before.get("email", ""))
            if is_known:
                tell_of_another_mobile(person, before.get("mobile", ""))
        return person


class PersonCreationForm(TellsThePerson, PersonFields, UserCreationForm):
    class Meta(UserCreationForm.Meta):
        fields = (UserCreationForm.Meta.fields | OWN_FIELDS) - {"first_name", "last_name"}


class PersonEditForm(TellsThePerson, PersonFields, UserEditForm):
    class Meta(UserEditForm.Meta):
        fields = (UserEditForm.Meta.fields | OWN_FIELDS) - {"first_name", "last_name"}


class PersonIndexView(IndexView):
    """The list of people: found by name, identity number, mobile or e-mail."""

    search_fields = ("username", "full_name", "identity_number", "mobile", "email")

    def get_base_queryset(self) -> QuerySet[User]:
        """Guests are nobody's to look after (home.accounts.guests)."""
        people: QuerySet[User] = super().get_base_queryset()
        return people.filter(is_guest=False)

    @cached_property
    def columns(self) -> list[Column]:
        checkbox, name, *others = super().columns
        identity = Column("identity_number", label=_("Identity number"), sort_key="identity_number", width="15%")
        return [checkbox, name, identity, *others]

    def order_queryset(self, queryset: QuerySet[User]) -> QuerySet[User]:
        if self.ordering in {"name", "-name"}:
            return queryset.order_by(self.ordering.replace("name", "full_name"))
        return super().order_queryset(queryset)

    def search_queryset(self, queryset: QuerySet[User]) -> QuerySet[User]:
        """Numbers are found in either digit set and with spaces between."""
        found = super().search_queryset(queryset)
        number = fold_identity(self.search_query or "")
        return found | queryset.filter(identity_number__contains=number) if number else found


class NotOfGuests:
    """In front of a view of one person: guests are nobody's to change (home.accounts.guests)."""

    def get_object(self, *args: Any, **kwargs: Any) -> Any:
        found = super().get_object(*args, **kwargs)  # type: ignore[misc]  # of the stock view behind
        if found is not None and found.is_guest:
            raise Http404
        return found


class PersonEditView(NotOfGuests, EditView):
    pass


class PersonDeleteView(NotOfGuests, DeleteView):
    pass


class PersonViewSet(UserViewSet):
    index_view_class = PersonIndexView
    edit_view_class = PersonEditView
    delete_view_class = PersonDeleteView

    def get_form_class(self, for_update: bool = False) -> Any:
        return PersonEditForm if for_update else PersonCreationForm


class OwnSettingsView(AccountView):
    """What a member of staff sets for himself in the admin: language, theme, picture, notifications.

    E-mail and password are changed on the account page, where the current password is asked for and
    wrong ones are counted; the name is the office's to change.
    """

    def get_panels(self) -> list[BaseSettingsPanel]:
        return [panel for panel in super().get_panels() if not isinstance(panel, CHANGED_ELSEWHERE)]

    def get_menu_items(self) -> list[dict[str, str]]:
        own = {
            "url": reverse("account_profile"),
            "label": gettext("Mobile, e-mail and password"),
            "help_text": gettext("Changed on your account page."),
        }
        return [*super().get_menu_items(), own]
