"""Working calendars: their hours and closed days, the holidays of a year, and who may change whose."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from home.accounts.models import User
from services_catalog.content.organisations import load_organisation
from services_catalog.organisations.calendars import (
    NO_HOURS,
    Closure,
    WorkingCalendar,
    default_week,
    public_holidays,
    working_time_of,
)
from services_catalog.organisations.models import Department, Organisation
from tests.factories import DepartmentFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db
WEEK = {day: ["07:30-14:30"] for day in ("sun", "mon", "tue", "wed", "thu")}
LIST = "/admin/snippets/organisations/workingcalendar/"


@pytest.fixture
def department() -> Department:
    return DepartmentFactory()


@pytest.fixture
def calendar(department: Department) -> WorkingCalendar:
    return WorkingCalendar.objects.create(organisation=department.organisation, hours=WEEK)


@pytest.fixture
def desk(client: Client, department: Department) -> Client:
    client.force_login(UserFactory(supervisor=True, departments=[department]))
    return client


def holidays_of(calendar: WorkingCalendar) -> str:
    return f"/admin/working-calendars/{calendar.pk}/holidays/"


def posted(calendar: WorkingCalendar, **changed: str) -> dict[str, str]:
    days = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
    hours = {f"hours_{place}": ", ".join(calendar.hours.get(day, [])) for place, day in enumerate(days)}
    ramadan = {f"ramadan_hours_{place}": "" for place in range(7)}
    named = {f"hours_{day}": hours[f"hours_{place}"] for place, day in enumerate(days)}
    named |= {f"ramadan_hours_{day}": "" for day in days}
    return {**hours, **ramadan, **named, "closures-count": "0", **changed}


def test_a_calendar_without_any_working_hour_is_refused_in_words(department: Department) -> None:
    empty = WorkingCalendar(organisation=department.organisation, hours={}, ramadan_hours={"sun": ["10:00-15:00"]})

    with pytest.raises(ValidationError) as refused:
        empty.full_clean()

    assert str(NO_HOURS) in refused.value.message_dict["hours"]


def test_the_admin_refuses_a_calendar_without_hours_and_keeps_the_old_one(
    desk: Client, calendar: WorkingCalendar
) -> None:
    nothing = {name: "" for name in posted(calendar) if name.startswith("hours_")}

    page = desk.post(f"{LIST}edit/{calendar.pk}/", posted(calendar, **nothing))

    calendar.refresh_from_db()
    assert (page.status_code, calendar.hours) == (200, WEEK)
    assert str(NO_HOURS) in page.content.decode()


def test_hours_are_changed_in_the_admin_with_history(desk: Client, calendar: WorkingCalendar) -> None:
    desk.post(f"{LIST}edit/{calendar.pk}/", posted(calendar, hours_sat="09:00-12:00"))

    calendar.refresh_from_db()
    assert calendar.hours["sat"] == ["09:00-12:00"]
    assert calendar.history.count() == 2
    assert "09:00-12:00" in desk.get(f"{LIST}history/{calendar.pk}/").content.decode()


def test_an_organisation_without_a_calendar_works_the_week_of_its_country() -> None:
    saudi, far = OrganisationFactory(country="SA"), OrganisationFactory(country="ZZ")

    friday, sunday = date(2026, 11, 20), date(2026, 11, 22)
    assert not working_time_of(saudi).spans_on(friday)
    assert working_time_of(saudi).spans_on(sunday)
    assert working_time_of(far).spans_on(friday)
    assert not working_time_of(far).spans_on(sunday)
    assert "fri" in default_week("AE")


def test_ramadan_hours_hold_in_ramadan_alone(calendar: WorkingCalendar) -> None:
    calendar.ramadan_hours = {day: ["10:00-15:00"] for day in WEEK}
    calendar.save()
    office = working_time_of(calendar.organisation)

    def hours(day: date) -> timedelta:
        return sum((closes - opens for opens, closes in office.spans_on(day)), timedelta())

    # Ramadan 1448 is 8 February to 8 March 2027.
    assert [hours(date(2027, 2, day)) for day in (7, 8)] == [timedelta(hours=7), timedelta(hours=5)]


def test_public_holidays_come_in_both_languages_with_those_of_the_moon_marked() -> None:
    found = {closure.day: closure for closure in public_holidays("SA", 2027, ["ar", "en"])}

    assert found[date(2027, 9, 23)] == Closure(
        date(2027, 9, 23), {"ar": "اليوم الوطني", "en": "National Day Holiday"}, estimated=False
    )
    assert found[date(2027, 3, 9)].estimated
    assert found[date(2027, 3, 9)].name["ar"] == "عطلة عيد الفطر"
    assert public_holidays("ZZ", 2027, ["ar"]) == []
    assert public_holidays("EG", 2027, ["ar", "en"])[0].name["ar"] == "عيد الميلاد المجيد"


def test_the_holidays_of_a_year_are_added_once(desk: Client, calendar: WorkingCalendar) -> None:
    calendar.close_on([Closure(date(2027, 9, 23), {"ar": "يومنا", "en": "Our day"})])
    calendar.save()

    for _press in range(2):
        assert desk.post(holidays_of(calendar), {"year": "2027"}).status_code == 302

    calendar.refresh_from_db()
    days = [closure.day for closure in calendar.closed]
    assert len(days) == len(set(days)) == 12
    assert next(c for c in calendar.closed if c.day == date(2027, 9, 23)).name["en"] == "Our day"
    assert calendar.history.count() == 3  # made, closed by hand, and one addition
    assert not working_time_of(calendar.organisation).spans_on(date(2027, 3, 10))


def test_another_offices_calendar_does_not_exist(desk: Client) -> None:
    other = WorkingCalendar.objects.create(organisation=OrganisationFactory(), hours=WEEK)

    assert desk.get(f"{LIST}edit/{other.pk}/").status_code == 404
    assert desk.post(holidays_of(other), {"year": "2027"}).status_code == 404
    assert str(other) not in desk.get(LIST).content.decode()


def test_a_clerk_changes_no_calendar(client: Client, department: Department, calendar: WorkingCalendar) -> None:
    clerk: User = UserFactory(clerk=True, departments=[department])
    client.force_login(clerk)

    client.post(holidays_of(calendar), {"year": "2027"})
    client.post(f"{LIST}edit/{calendar.pk}/", posted(calendar, hours_sat="09:00-12:00"))

    calendar.refresh_from_db()
    assert calendar.history.count() == 1


def test_a_content_file_gives_an_organisation_its_hours_once(db: None) -> None:
    body = {
        "key": "office", "name": {"ar": "جهة", "en": "Office"}, "number_prefix": "OFC", "year_kind": "hijri",
        "working_calendar": {
            "hours": WEEK,
            "closures": [{"day": "2027-09-23", "name": {"ar": "اليوم الوطني", "en": "National Day"}}],
        },
    }  # fmt: skip

    for _time in range(2):
        organisation: Organisation = load_organisation(body, None)  # type: ignore[arg-type]  # names no file

    calendar = organisation.working_calendar
    assert calendar.history.count() == 1
    assert calendar.closed[0].name["ar"] == "اليوم الوطني"
    opens, closes = working_time_of(organisation).spans_on(date(2026, 11, 22))[0]
    assert (opens, closes - opens) == (datetime(2026, 11, 22, 4, 30, tzinfo=UTC), timedelta(hours=7))
    assert organisation.zone == ZoneInfo("Asia/Riyadh")
