"""The Arabic catalogue."""

import gettext
import re

from django.conf import settings

# Between digits after Arabic letters a hyphen takes the direction of the line: a date reads from its year backwards.
TORN = re.compile("(?<!\u2066)(?<![\\d:-])[\\d:]+-[\\d:]+")


def test_no_date_and_no_span_of_time_is_turned_round_in_arabic() -> None:
    catalogue = gettext.translation("django", settings.LOCALE_PATHS[0], ["ar"])

    texts = [text for text in vars(catalogue)["_catalog"].values() if text != catalogue.gettext("")]

    assert len(texts) > 1000
    assert [text for text in texts if TORN.search(text)] == []
