"""How many keys somebody may try, so that nobody collects names by guessing numbers.

Different keys are counted, not questions: a page that is shown again with the same numbers costs
nothing, and neither does coming back to an entry that was found. The count stands in the database.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac

from cms.jobs.kinds import schedule
from forms_builder.ports import TooManyLookups, Wanted
from services_catalog.registries.models import LookupAttempt

WINDOW = timedelta(hours=1)
# So many times as many keys as may be wrong may be tried at all: whoever finds so many entries collects them.
_TRIED_TO_FAILED = 3
_SALT = "services_catalog.registries.attempts"


class Attempt:
    """One key that somebody tries."""

    def __init__(self, wanted: Wanted, lookup_key: str) -> None:
        self.limits: Mapping[str, int] = {
            _digest(who): share * wanted.most_failures for who, share in wanted.asked_by.items()
        }
        self.key = _digest(f"{wanted.registry}|{lookup_key}")
        self.now = timezone.now()

    def count(self) -> None:
        """Count the attempt before its key is looked for.

        Raises:
            TooManyLookups: when he has tried too many others.
        """
        if not self.limits:
            return
        new = [who for who in self.limits if who not in self._known()]
        if not new:
            return
        # Written before it is counted, so that many at once do not all find room.
        LookupAttempt.objects.bulk_create(
            [LookupAttempt(who=who, key=self.key, at=self.now) for who in new],
            update_conflicts=True,
            unique_fields=["who", "key"],
            update_fields=["at", "failed"],
        )
        if any(
            failed > self.limits[who] or tried > self.limits[who] * _TRIED_TO_FAILED
            for who, failed, tried in self._counts(new)
        ):
            # Nothing was looked for, so the key stays untried: a second try of it must not pass as a known one.
            LookupAttempt.objects.filter(who__in=new, key=self.key).delete()
            raise TooManyLookups

    def succeeded(self) -> None:
        """The entry was found: this key is none that was wrong."""
        if self.limits:
            self._rows().filter(key=self.key, failed=True).update(failed=False)

    def _known(self) -> set[str]:
        return set(self._rows().filter(key=self.key).values_list("who", flat=True))

    def _counts(self, whose: list[str]) -> "list[tuple[str, int, int]]":
        counted = (
            self._rows()
            .filter(who__in=whose)
            .values("who")
            .annotate(wrong=Count("pk", filter=Q(failed=True)), tried=Count("pk"))
        )
        return [(row["who"], row["wrong"], row["tried"]) for row in counted]

    def _rows(self) -> "QuerySet[LookupAttempt]":
        return LookupAttempt.objects.filter(who__in=self.limits, at__gt=self.now - WINDOW)


def _digest(text: str) -> str:
    return salted_hmac(_SALT, text, algorithm="sha256").hexdigest()


@schedule("forget_lookup_attempts", every=timedelta(hours=6))
def forget_old_attempts(now: datetime | None = None) -> None:
    LookupAttempt.objects.filter(at__lte=(now or timezone.now()) - WINDOW).delete()
