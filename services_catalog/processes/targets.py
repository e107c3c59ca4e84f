"""How long something may take, counted in the working time of an office. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

from django.utils.translation import ngettext
from pydantic import BaseModel, ConfigDict, Field

from cms.working_time import WorkingTime


class Unit(StrEnum):
    """What a target is counted in."""

    HOURS = "hours"
    DAYS = "days"


class Target(BaseModel):
    """So many working hours or working days."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    amount: Annotated[int, Field(ge=1, le=1_000)]
    unit: Unit = Unit.DAYS

    def total(self, office: WorkingTime, start: datetime) -> timedelta:
        """The working time it grants, counted from `start`; of days, as many hours as these days happen to have.

        Raises:
            NoWorkingTime: when the office has no hours to count in.
        """
        if self.unit is Unit.HOURS:
            return timedelta(hours=self.amount)
        return office.between(start, office.end_of_working_day(start, self.amount))

    @property
    def words(self) -> str:
        """“3 working days”, in the reader's language."""
        if self.unit is Unit.HOURS:
            return ngettext("%(number)s working hour", "%(number)s working hours", self.amount) % {
                "number": self.amount
            }
        return ngettext("%(number)s working day", "%(number)s working days", self.amount) % {"number": self.amount}
