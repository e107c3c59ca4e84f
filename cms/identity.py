"""Identity documents: their kinds, and what makes a number of each kind right."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class IdentityType(models.TextChoices):
    """The documents by which a person is known."""

    NATIONAL_ID = "national_id", _("National identity")
    RESIDENCE = "residence", _("Residence permit")
    BORDER_NUMBER = "border_number", _("Border number")
    PASSPORT = "passport", _("Passport")
