"""What the clock of a request shows: to staff a light with words and a date, to the citizen what he may expect."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from service_requests.records.models import ServiceRequest
from service_requests.workflow.clock import Deadline, Light
from services_catalog.processes.statuses import Status

_WORDS: dict[Light, Promise] = {
    Light.GREEN: pgettext_lazy("clock", "On time"),
    Light.AMBER: pgettext_lazy("clock", "Due soon"),
    Light.RED: pgettext_lazy("clock", "Late"),
    Light.PAUSED: pgettext_lazy("clock", "Paused"),
    Light.NONE: pgettext_lazy("clock", "No due date"),
}
# The colours of badges (desk.badges).
_TONES = {
    Light.GREEN: "success",
    Light.AMBER: "warning",
    Light.RED: "danger",
    Light.PAUSED: "info",
    Light.NONE: "plain",
}
_WHY: dict[str, Promise] = {
    Status.WAITING_CITIZEN: gettext_lazy("It waits for the citizen. This time does not count."),
    Status.WAITING_PAYMENT: gettext_lazy("It waits for the payment. This time does not count."),
    Status.OTHER_PARTY: gettext_lazy("It is with another party. This time does not count."),
}
_WHY_TO_CITIZEN: dict[str, Promise] = {
    Status.WAITING_CITIZEN: gettext_lazy("The clock stands until you answer."),
    Status.WAITING_PAYMENT: gettext_lazy("The clock stands until you have paid."),
    Status.OTHER_PARTY: gettext_lazy("The clock stands while another body deals with it."),
}


@dataclass(frozen=True)
class Clock:
    """A light is never colour alone: the words stand in it, and the date beside it. None for what is closed."""

    light: Light | None
    due_at: datetime | None = None
    why: str = ""

    @property
    def words(self) -> str:
        return str(_WORDS[self.light]) if self.light else ""

    @property
    def tone(self) -> str:
        return _TONES[self.light] if self.light else ""


@dataclass(frozen=True)
class Expectation:
    """What the citizen reads: words, and the day they speak of where there is one."""

    words: str
    day: datetime | None = None


def clock_of(request: ServiceRequest, now: datetime | None = None) -> Clock:
    """The worse of its two clocks, with the nearer of the two dates."""
    if request.stage.is_closed:
        return Clock(None)
    if request.stage.pauses_clock:
        return Clock(Light.PAUSED, why=str(_WHY.get(request.status, "")))
    moment = now or timezone.now()
    running = _running(request)
    if not running:
        return Clock(Light.NONE)
    lights = {deadline.light(moment) for deadline in running}
    worst = next(light for light in (Light.RED, Light.AMBER, Light.GREEN) if light in lights)
    return Clock(worst, min(deadline.due_at for deadline in running))


def expectation_of(request: ServiceRequest, now: datetime | None = None) -> Expectation | None:
    """Nothing for a closed request, and for one that was promised nothing."""
    if request.stage.is_closed:
        return None
    if request.stage.pauses_clock:
        return Expectation(str(_WHY_TO_CITIZEN.get(request.status, "")))
    if request.due_at is None:
        return None
    if (now or timezone.now()) > request.due_at:
        return Expectation(_("This takes longer than we promised. It was expected by:"), request.due_at)
    return Expectation(_("Expected by:"), request.due_at)


def _running(request: ServiceRequest) -> list[Deadline]:
    pairs = ((request.amber_at, request.due_at), (request.stage_amber_at, request.stage_due_at))
    return [Deadline(amber, due) for amber, due in pairs if amber is not None and due is not None]
