"""What is said to whom: a body's own words or those that ship, filled in for a request."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from cms.hijri import hijri_parts
from cms.languages import in_language
from cms.placeholders import filled, words_in
from service_requests.notices.channels import Channel, channel, channels
from service_requests.notices.events import SUBMITTED, WRITTEN, shipped, shipped_subject
from service_requests.notices.models import NoticeChannels, NoticeText, Way
from service_requests.records.models import ServiceRequest
from service_requests.records.services import service_names
from services_catalog.organisations.models import YearKind

__all__ = ["SUBMITTED", "WRITTEN", "Said", "Wording", "reached_by", "tell_appointments", "text_of"]

Appointments = Callable[[Collection[ServiceRequest]], Mapping[int, str]]
_SPACES = re.compile(r"[ \t]{2,}")


@dataclass(frozen=True)
class Said:
    """One notice in words. `text` is all of it, with what the channel says at its end."""

    subject: str
    text: str


def no_appointments(requests: Collection[ServiceRequest]) -> Mapping[int, str]:
    """Where nothing knows of appointments."""
    return {}


_appointments: list[Appointments] = [no_appointments]


def tell_appointments(source: Appointments) -> None:
    """Have the appointments of requests said by this, in the active language, by the requests' keys."""
    _appointments[:] = [source]


@dataclass
class Wording:
    """What an event is called in the words of the bodies concerned, for many requests at once.

    A fixed number of queries: texts and channels of these bodies; per language the names of services and the
    appointments, where a text speaks of them.
    """

    event: str
    requests: Sequence[ServiceRequest]
    extra: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._names: dict[str, Mapping[int, str]] = {}
        self._meetings: dict[str, Mapping[int, str]] = {}
        self._words: dict[tuple[int, str, str], _Words] = {}

    @cached_property
    def _own(self) -> dict[tuple[int, str], NoticeText]:
        rows = NoticeText.objects.filter(event=self.event, organisation__in=self._bodies)
        return {(row.organisation_id, row.channel): row for row in rows}

    @cached_property
    def _ways(self) -> dict[int, NoticeChannels]:
        rows = NoticeChannels.objects.filter(organisation__in=self._bodies)
        return {row.organisation_id: row for row in rows}

    @cached_property
    def _bodies(self) -> list[int]:
        return sorted({request.organisation_id for request in self.requests})

    def ways(self, request: ServiceRequest) -> Iterable[Channel]:
        """The channels by which its body tells this event."""
        chosen = self._ways.get(request.organisation_id)
        for way in channels():
            own = self._own.get((request.organisation_id, way.key))
            tells = own.is_sent if own else way.tells(self.event)
            if tells and (chosen is None or chosen.uses(way.key)):
                yield way

    def sender(self, request: ServiceRequest, way: Channel) -> str:
        """The name it comes from; empty where the portal's own does."""
        chosen = self._ways.get(request.organisation_id)
        return chosen.sms_sender if chosen and way.key == Way.SMS else ""

    def language(self, request: ServiceRequest, way: Channel) -> str:
        """The one the citizen applied in; the portal's for colleagues."""
        return settings.LANGUAGE_CODE if way.is_for_staff else request.language

    def said(self, request: ServiceRequest, way: Channel, language: str = "") -> Said:
        """The notice in this language; in that of its reader unless said otherwise."""
        language = language or self.language(request, way)
        with translation.override(language):
            words = self._words_of(request, way, language)
            values = {**words.same, **self._values(request, words.wanted, language), **self.extra}
            text, closing = way.fitted(_tidy(filled(words.text, values))), way.closing(request)
            return Said(
                subject=_tidy(filled(words.subject, values))[:200] if way.has_subject else "",
                text=f"{text}{way.before_closing}{closing}" if closing else text,
            )

    def _words_of(self, request: ServiceRequest, way: Channel, language: str) -> "_Words":
        """Looked up once for all requests of a body: thousands share them."""
        place = (request.organisation_id, way.key, language)
        if place not in self._words:
            own = self._own.get(place[:2])
            text = in_language(own.text) if own else shipped(self.event, to_staff=way.is_for_staff)
            subject = (in_language(own.subject or {}) if own else "") or shipped_subject()
            self._words[place] = _Words(subject, text, frozenset(words_in(text + subject)), _same_for_all(request))
        return self._words[place]

    def _values(self, request: ServiceRequest, wanted: Collection[str], language: str) -> dict[str, str]:
        """The request's own; what takes a query only where the text speaks of it."""
        values = {"number": request.number}
        if request.is_of_a_guest:
            values["account"] = settings.WAGTAILADMIN_BASE_URL + reverse("my_requests:follow")
        if "state" in wanted:
            values["state"] = str(request.citizens_status)
        if "service" in wanted:
            if language not in self._names:
                self._names[language] = service_names({one.service_id for one in self.requests})
            values["service"] = self._names[language].get(request.service_id, "")
        if "appointment" in wanted:
            if language not in self._meetings:
                self._meetings[language] = _appointments[0](self.requests)
            values["appointment"] = self._meetings[language].get(request.pk, "")
        return values


@dataclass(frozen=True)
class _Words:
    """The words of one body in one channel and language, and the values that all its requests share."""

    subject: str
    text: str
    wanted: frozenset[str]
    same: Mapping[str, str]


def _same_for_all(request: ServiceRequest) -> dict[str, str]:
    return {
        "organisation": in_language(request.organisation.name),
        "date": today_of(request),
        "account": settings.WAGTAILADMIN_BASE_URL + reverse("my_requests:list"),
    }


def reached_by(event: str, request: ServiceRequest) -> list[tuple[Channel, str]]:
    """How the applicant is told of this event, with where, as it may be shown; what is only for colleagues is not."""
    return [
        (way, way.masked(recipient))
        for way in Wording(event, [request]).ways(request)
        if not way.is_for_staff and (recipient := way.recipient_of(request))
    ]


def today_of(request: ServiceRequest) -> str:
    """The day in figures, as the body counts its years: `1448/06/12هـ`."""
    day = timezone.localdate(timezone=request.organisation.zone)
    parts = hijri_parts(day) if request.organisation.year_kind == YearKind.HIJRI else None
    year, month, number = parts or (day.year, day.month, day.day)
    return (_("%(day)s AH") if parts else "%(day)s") % {"day": f"{year}/{month:02}/{number:02}"}


def text_of(event: str, request: ServiceRequest, values: Mapping[str, str], *, way: str = Way.SMS) -> str:
    """All of the text of an event in the language the citizen applied in; of a text message unless said otherwise.

    Raises:
        KeyError: for an event that has no text.
    """
    return Wording(event, [request], values).said(request, channel(way)).text


def _tidy(text: str) -> str:
    """Without the gaps that an empty placeholder leaves."""
    return _SPACES.sub(" ", text).strip()
