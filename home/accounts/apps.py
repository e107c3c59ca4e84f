from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from wagtail.users.apps import WagtailUsersAppConfig


class AccountsConfig(AppConfig):
    # The module holds a second one, for Wagtail.
    default = True
    name = "home.accounts"
    label = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from home.accounts.establishments.admin import register_policies

        register_policies()
        # Its signals.
        from home.accounts import second_factor  # noqa: F401


class PeopleInTheAdmin(WagtailUsersAppConfig):
    """Wagtail's user management, with the fields by which the office knows a person."""

    user_viewset = "home.accounts.staff.PersonViewSet"
