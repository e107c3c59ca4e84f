"""One example of each field type: the editor's block, and an answer to it."""

from typing import Any

from tests.forms_builder import registers

LETTER = {"id": "7f1d", "name": "letter.pdf", "size": 1200, "type": "application/pdf"}
PHOTO = {"id": "9a2c", "name": "photo; front.jpg", "size": 900, "type": "image/jpeg"}
NAME = "سالم أحمد محمد اليامي"
DECLARED = {"ar": "أقر بصحة البيانات.", "en": "I declare that the data are right."}


def texts(arabic: str, english: str = "") -> dict[str, str]:
    return {"ar": arabic, "en": english or f"{arabic} (en)"}


def option(value: str, **more: Any) -> dict[str, Any]:
    return {"value": value, "label": texts(f"خيار {value}", f"Option {value}"), **more}


def condition(*rules: tuple[str, str, str], match: str = "all") -> dict[str, Any]:
    return {
        "match": match,
        "rules": [
            {"type": "rule", "value": {"field": field, "operator": operator, "value": value}}
            for field, operator, value in rules
        ],
    }


def field(type_: str, key: str, **settings: Any) -> dict[str, Any]:
    """A field's block as JSON."""
    value = {"key": key, "label": texts(f"سؤال {key}", f"Question {key}"), **settings}
    return {"type": type_, "value": value, "id": f"block-{key}"}


def step(key: str, *fields: dict[str, Any], **settings: Any) -> dict[str, Any]:
    value = {"key": key, "title": texts(f"خطوة {key}", f"Step {key}"), "fields": list(fields), **settings}
    return {"type": "step", "value": value, "id": f"step-{key}"}


TWO = [option("a"), option("b")]
FILES = {"kinds": ["pdf", "jpg"], "max_megabytes": 5, "max_files": 2}

# type → (the editor's settings, an answer)
SAMPLES: dict[str, tuple[dict[str, Any], Any]] = {
    "short_text": ({"max_length": 40}, "موعد مع الإدارة"),
    "long_text": ({"max_length": 400}, "السطر الأول\nالسطر الثاني; وله بقية \\ هنا"),
    "full_name": ({"parts": 4}, NAME),
    "identity_document": ({"kinds": ["national_id", "passport"]}, {"type": "passport", "number": "A1234567"}),
    "email": ({}, "ahmad@example.com"),
    "phone": ({}, "+966501234567"),
    "date": ({"latest_days": 0}, "2026-03-27"),
    "hijri_date": ({}, "2026-11-20"),
    "month_year": ({}, "2027-03"),
    "time": ({"earliest": "08:00", "latest": "14:00"}, "09:30"),
    "appointment": (
        {"calendar": "visits"},
        {
            "calendar": "visits",
            "slot": "2026-11-24T09:30:00+03:00",
            "minutes": 30,
            "name": texts("زيارات", "Visits"),
            "place": texts("المبنى الرئيس", "Main building"),
        },
    ),
    "whole_number": ({"least": 1, "most": 500, "unit": texts("شخص", "persons")}, 12),
    "decimal": ({"least": -5.5, "decimals": 3}, -0.125),
    "money": ({"currency": "JOD"}, 1250.125),
    "url": ({}, "https://example.com/a?b=1"),
    "iban": ({}, "SA0380000000608010167519"),
    "country": ({}, "JO"),
    "computed": ({"operation": "product", "operands": ["12", "2.5"], "decimals": 1}, 30),
    "one_of": ({"options": TWO}, "b"),
    "many_of": ({"options": [*TWO, option("c")], "least": 1, "most": 2}, ["a", "c"]),
    "yes_no": ({}, False),
    "dependent_choice": (
        {"depends_on": "parent", "options": [option("x", parent="a"), option("y", parent="b")]},
        "x",
    ),
    "lookup": (
        {
            "registry": registers.PERMITS,
            "show": ["name", "ends"],
            "not_found": texts("لا يوجد تصريح بهذه الأرقام.", "There is no permit with these numbers."),
            "expired": texts("انتهى هذا التصريح.", "This permit has expired."),
            "used": texts("جُدد هذا التصريح.", "This permit was renewed."),
            "blocked_column": "status",
            "blocked_values": ["renewed"],
        },
        {
            "key": {"contractor": "12045", "permit": "A-77"},
            "values": {"name": "شركة البناء المتين", "ends": "2027-05-31"},
            "entry": "entry-1",
        },
    ),
    "earlier_request": ({}, "ABC-1448-000067"),
    "files": (FILES, [LETTER, PHOTO]),
    "group": (
        {
            "item": texts("مرافق", "companion"),
            "most": 3,
            "fields": [
                field("full_name", "name"),
                field("identity_document", "identity", kinds=["national_id", "residence"]),
                field("long_text", "note", required=False),
                field("files", "photo", required=False, **FILES),
            ],
        },
        [
            {
                "name": NAME,
                "identity": {"type": "national_id", "number": "1000000016"},
                "note": "سطر: أول; وثانٍ\nوثالث \\ n",
                "photo": [PHOTO],
            },
            {"name": "نورة سعد علي الشهري", "identity": {"type": "residence", "number": "2000000006"}},
        ],
    ),
    "declaration": (
        {"text": DECLARED},
        {
            "accepted": True,
            "text": DECLARED["ar"],
            "digest": "d",
            "language": "ar",
            "at": "2026-11-21T10:00:00+03:00",
            "address": "192.0.2.1",
        },
    ),
}
