"""Hijri dates, always converted on the server.

`hijridate` follows the Umm al-Qura calendar and agrees with the official one where browsers do
not (from 1451 AH on). It knows 1343 to 1500 AH; outside that range there is no Hijri date to show.
"""

from datetime import date

from hijridate import Gregorian, Hijri

MONTHS = {
    "ar": (
        "محرم", "صفر", "ربيع الأول", "ربيع الآخر", "جمادى الأولى", "جمادى الآخرة",
        "رجب", "شعبان", "رمضان", "شوال", "ذو القعدة", "ذو الحجة",
    ),
    "en": (
        "Muharram", "Safar", "Rabi I", "Rabi II", "Jumada I", "Jumada II",
        "Rajab", "Sha'ban", "Ramadan", "Shawwal", "Dhu al-Qa'dah", "Dhu al-Hijjah",
    ),
}  # fmt: skip


def hijri_parts(day: date) -> tuple[int, int, int] | None:
    """(year, month, day) in the Umm al-Qura calendar; None outside 1343–1500 AH."""
    try:
        return Gregorian(day.year, day.month, day.day).to_hijri().datetuple()
    except OverflowError:
        return None


def hijri_year(day: date) -> int:
    """The Hijri year of a Gregorian date.

    Raises:
        OverflowError: outside 1343–1500 AH.
    """
    return Gregorian(day.year, day.month, day.day).to_hijri().year


def to_gregorian(year: int, month: int, day: int) -> date:
    """The day of a Hijri date.

    Raises:
        ValueError: when the month has no such day.
        OverflowError: outside 1343–1500 AH.
    """
    return date(*Hijri(year, month, day).to_gregorian().datetuple())


def hijri_text(day: date, language: str = "ar") -> str:
    """`10 جمادى الآخرة 1448هـ`; empty outside the calendar's range."""
    parts = hijri_parts(day)
    if parts is None:
        return ""
    year, month, number = parts
    name = MONTHS.get(language, MONTHS["en"])[month - 1]
    return f"{number} {name} {year}هـ" if language == "ar" else f"{number} {name} {year} AH"
