"""How old something is, in words that a person would say."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from cms.ages import age_of


@pytest.mark.parametrize(
    ("passed", "arabic", "english"),
    [
        (timedelta(seconds=20), "الآن", "Just now"),
        (timedelta(minutes=2), "دقيقتان", "2 minutes"),
        (timedelta(hours=1), "ساعة واحدة", "1 hour"),
        (timedelta(days=1), "يوم واحد", "1 day"),
        (timedelta(days=2), "يومان", "2 days"),
        (timedelta(days=9, hours=3), "9 أيام", "9 days"),
        (timedelta(days=11), "11 يوماً", "11 days"),
    ],
)
def test_an_age_is_told_in_one_unit(passed: timedelta, arabic: str, english: str) -> None:
    moment = timezone.now() - passed

    with override("ar"):
        assert age_of(moment) == arabic
    with override("en"):
        assert age_of(moment) == english
