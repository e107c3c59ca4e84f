"""How long ago something was, in one unit: the worklist.

Django has the same in `timesince`; its Arabic joins a number to a word that holds it already (“2 يومين”).
"""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def age_of(moment: datetime) -> str:
    """Whole days, or hours or minutes of what is younger."""
    passed = timezone.now() - moment
    minutes, hours = passed // timedelta(minutes=1), passed // timedelta(hours=1)
    if minutes < 1:
        return _("Just now")
    if hours < 1:
        return ngettext("%(number)s minute", "%(number)s minutes", minutes) % {"number": minutes}
    if passed.days < 1:
        return ngettext("%(number)s hour", "%(number)s hours", hours) % {"number": hours}
    return ngettext("%(number)s day", "%(number)s days", passed.days) % {"number": passed.days}
