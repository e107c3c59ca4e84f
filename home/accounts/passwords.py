"""Which passwords are too weak. Django loads the class by its name in the settings."""

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import ngettext


class LongEnough(MinimumLengthValidator):
    """Django's, in words of the portal: Django's own are not translated into Arabic."""

    min_length: int

    def get_error_message(self) -> str:
        return ngettext(
            "This password is too short: choose one of at least %(least)s character",
            "This password is too short: choose one of at least %(least)s characters",
            self.min_length,
        ) % {"least": self.min_length}
