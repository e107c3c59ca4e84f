"""What a document says, as values, and the paper that is drawn from them.

The values are frozen when it is issued. The same values and pictures give the same bytes: nothing here reads the
clock, and nothing but `values_of` the database.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import escape, format_html
from django.utils.translation import get_language_info, override
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from cms.hijri import hijri_text
from cms.languages import Texts, content_languages, in_language
from cms.templatetags.diwan import both_dates
from forms_builder.display import summary
from forms_builder.fields import field_type
from forms_builder.spec import FieldSpec, FormSpec
from service_requests.documents.codes import shown
from service_requests.documents.lines import Line, Run, lines_of
from service_requests.documents.models import DocumentTemplate, Language
from service_requests.documents.placeholders import ANSWER, answers_in, filled
from service_requests.documents.typesetting import drawn, qr_of
from service_requests.records.models import ServiceRequest
from service_requests.records.services import service_names

SOURCE = "paper.typ"
# The layout of the values. A paper is kept as it was drawn, so an older one is never drawn again.
FORMAT = 1
# Wide enough for 40 mm at 300 dots an inch.
_PICTURE = 480


@dataclass(frozen=True)
class Facts:
    """What a document says beside what its request says; of a specimen number and code are empty."""

    issued_on: date
    valid_until: date | None
    signer: str
    post: Texts
    number: str = ""
    code: str = ""


def valid_until(template: DocumentTemplate, day: date) -> date | None:
    """The last day of a document that is issued on `day`; None without an end."""
    if template.lifetime_unit == "none" or not template.lifetime:
        return None
    if template.lifetime_unit == "days":
        return date.fromordinal(day.toordinal() + template.lifetime - 1)
    months = day.year * 12 + day.month - 1 + template.lifetime
    # The day before the same day of that month; where the month is shorter, its last day.
    return date.fromordinal(_day_in(months // 12, months % 12 + 1, day.day).toordinal() - 1)


def _day_in(year: int, month: int, day: int) -> date:
    for last in range(day, 27, -1):
        try:
            return date(year, month, last)
        except ValueError:
            continue
    return date(year, month, day)


def values_of(template: DocumentTemplate, case: ServiceRequest, facts: Facts) -> dict[str, Any]:
    """Everything the paper prints, one sheet for each language it is printed in."""
    return {
        "format": FORMAT,
        "number": facts.number,
        "code": shown(facts.code),
        "qr": qr_of(address_of(facts.code)) if facts.code else "",
        "sheets": [_sheet(template, case, facts, language) for language in languages_of(template, case)],
    }


def languages_of(template: DocumentTemplate, case: ServiceRequest) -> list[str]:
    codes = [code for code, _name in content_languages()]
    if template.language == Language.ALL:
        return codes
    wanted = case.language if template.language == Language.APPLICANT else template.language
    return [wanted if wanted in codes else settings.LANGUAGE_CODE]


def address_of(code: str) -> str:
    """Where anybody verifies the document, in the portal's first language."""
    with override(settings.LANGUAGE_CODE):
        return settings.WAGTAILADMIN_BASE_URL.rstrip("/") + reverse("verify:document", args=[code])


def paper_pdf(values: Mapping[str, Any], pictures: "Pictures") -> bytes:
    """The paper: tagged, with its fonts, right to left where the language is."""
    return drawn(SOURCE, {**values, **pictures.as_values()})


# --- Sheets -------------------------------------------------------------------------------------------


def _sheet(template: DocumentTemplate, case: ServiceRequest, facts: Facts, language: str) -> dict[str, Any]:
    with override(language):
        values = placeholder_values(template, case, facts, language)
        return {
            "language": language,
            "direction": "rtl" if get_language_info(language)["bidi"] else "ltr",
            "body": in_language(case.organisation.name, language),
            "title": in_language(template.title, language),
            "facts": list(_facts(case, facts)),
            "text": [line.as_values() for line in filled(in_language(template.body, language), values)],
            "rows": [
                _pair(in_language(label, language), filled(value, values)) for label, value in template.lines if value
            ],
            "signed": _("Signed by"),
            "signer": facts.signer,
            "post": in_language(facts.post, language),
            "verify": _("Verify this document with a phone, or with this code:"),
            "place": settings.WAGTAILADMIN_BASE_URL.partition("://")[2].rstrip("/") + reverse("verify:ask"),
            "qr_alt": _("Code that leads to the page where this document is verified"),
            "emblem_alt": _("Emblem of the organisation"),
            "stamp_alt": _("Stamp of the organisation"),
            "specimen": "" if facts.number else _("Specimen"),
            "page": _("Page"),
        }


def _facts(case: ServiceRequest, facts: Facts) -> Iterator[dict[str, Any]]:
    yield _pair(_("Document number"), [_ltr(facts.number or "—")])
    yield _pair(_("Issued on"), [_day(facts.issued_on)])
    if facts.valid_until:
        yield _pair(_("Valid until"), [_day(facts.valid_until)])
    yield _pair(_("Issued to"), [_plain(case.applicant_name)])
    yield _pair(_("Request number"), [_ltr(case.number)])


def _pair(label: str, lines: Sequence[Line]) -> dict[str, Any]:
    return {"label": label, "lines": [line.as_values() for line in lines]}


# --- Placeholders -------------------------------------------------------------------------------------


def placeholder_values(
    template: DocumentTemplate, case: ServiceRequest, facts: Facts, language: str
) -> dict[str, Sequence[Line]]:
    """Each placeholder of the template with its lines, in the active language."""
    day = facts.issued_on
    known: dict[str, Sequence[Line]] = {
        "document_number": [_ltr(facts.number)] if facts.number else [],
        "issued": [_day(day)],
        "issued_hijri": [_plain(hijri_text(day, language))],
        "issued_gregorian": [_plain(_gregorian(day, language))],
        "valid_until": [_day(facts.valid_until)] if facts.valid_until else [],
        "number": [_ltr(case.number)],
        "submitted": [_day(_local(case, case.submitted_at))],
        "applicant": [_plain(case.applicant_name)],
        "identity": [_ltr(case.applicant_identity)] if case.applicant_identity else [],
        "service": [_plain(service_names([case.service_id]).get(case.service_id, ""))],
        "organisation": [_plain(in_language(case.organisation.name, language))],
        "department": [_plain(in_language(case.department.name, language))],
        "signer": [_plain(facts.signer)],
        "post": [_plain(in_language(facts.post, language))] if facts.post else [],
    }
    asked = answers_in(template.texts)
    return known | {f"{ANSWER}{key}": lines for key, lines in _answers(case, asked, language).items()}


def _answers(case: ServiceRequest, asked: Sequence[str], language: str) -> dict[str, Sequence[Line]]:
    if not asked:
        return {}
    steps = summary(case.form_version.value, case.answers, language, for_staff=True)
    whole: dict[str, Sequence[Line]] = {
        row.field.key: lines_of(str(row.html)) for step in steps for row in step.rows if row.text
    }
    fields = {row.field.key: row.field for step in steps for row in step.rows if row.text}
    for key in asked:
        field = fields.get(key.partition(".")[0])
        if key not in whole and field is not None:
            whole[key] = _part(field, case.answers.get(field.key), key, language)
    return {key: whole[key] for key in asked if key in whole}


def _part(field: FieldSpec, answer: Any, key: str, language: str) -> Sequence[Line]:
    """One part of an answer that has several, as the columns of an export name it."""
    kind = field_type(field.type)
    cells = dict(
        zip([column.key for column in kind.columns(field, language)], kind.cells(field, answer, language), strict=False)
    )
    text = str(cells.get(key) or "")
    if not text:
        return []
    try:
        return [_day(date.fromisoformat(text))]
    except ValueError:
        return [_ltr(text) if text.isascii() else _plain(text)]


def keys_of(spec: FormSpec, language: str) -> dict[str, str]:
    """What may stand after `answer.`: the questions of a form and the parts of their answers, with their words."""
    found: dict[str, str] = {}
    for field in spec.fields():
        kind = field_type(field.type)
        if not kind.has_answer:
            continue
        found[field.key] = in_language(field.label, language)
        if not field.fields:
            found |= {column.key: column.label for column in kind.columns(field, language) if column.key != field.key}
    return found


def _plain(text: str) -> Line:
    return _line(escape(text))


def _ltr(text: str) -> Line:
    return _line(format_html('<bdi dir="ltr">{}</bdi>', text))


def _day(day: date) -> Line:
    return _line(str(both_dates(day)))


def _line(html: str) -> Line:
    return next(iter(lines_of(html)), Line([Run("—")]))


def _gregorian(day: date, language: str) -> str:
    return date_format(day, "j F Y") + ("م" if language == "ar" else "")


def _local(case: ServiceRequest, moment: datetime) -> date:
    return moment.astimezone(case.organisation.zone).date()


# --- Pictures -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Pictures:
    """The pictures of a paper as PNG; empty for none."""

    emblem: bytes = b""
    stamp: bytes = b""

    @classmethod
    def of(cls, template: DocumentTemplate) -> "Pictures":
        """Those of the template and its organisation as they are now."""
        return cls(emblem=_picture(template.organisation.emblem), stamp=_picture(template.stamp))

    def as_values(self) -> dict[str, list[int]]:
        return {"emblem": list(self.emblem), "stamp": list(self.stamp)}


def _picture(image: Any) -> bytes:
    """Made small enough to print; nothing where there is none, or where its file is gone."""
    if image is None:
        return b""
    try:
        with image.file.open("rb") as stored, Image.open(stored) as picture:
            small = picture.convert("RGBA")
            small.thumbnail((_PICTURE, _PICTURE))
    except (FileNotFoundError, UnidentifiedImageError, OSError):
        return b""
    out = io.BytesIO()
    small.save(out, format="PNG")
    return out.getvalue()
