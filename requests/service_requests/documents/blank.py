"""Two papers that reception hands out: the form of a service with empty lines, and what the service is given on.

Called by the service window. Drawn from the form as it is now, each question with the place its kind needs.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language_info, override
from django.utils.translation import gettext as _

from cms.identity import IdentityType
from cms.languages import in_language
from cms.templatetags.diwan import both_dates
from forms_builder.explaining import in_words
from forms_builder.fields import field_type
from forms_builder.spec import FieldSpec, FormSpec
from service_requests.documents.lines import lines_of
from service_requests.documents.typesetting import drawn
from services_catalog.presentation import Service

SOURCE = "blank.typ"
# A longer list is written out on a line.
MOST_BOXES = 14
# Empty rows of a table, where more may be asked for.
MOST_ROWS = 4
_BOXES = frozenset({"one_of", "many_of", "yes_no", "dependent_choice"})


def blank_form(service: Service, spec: FormSpec, language: str) -> bytes:
    """The form to be filled in by hand, with documents and fees."""
    return drawn(SOURCE, blank_values(service, spec, language))


def requirements(service: Service, language: str) -> bytes:
    """Conditions, documents, fees and duration, to take home."""
    return drawn(SOURCE, requirement_values(service, language))


def blank_values(service: Service, spec: FormSpec, language: str) -> dict[str, Any]:
    with override(language):
        return {
            **_head(service, language, _("Service request form")),
            "lists": [*_papers(service, tick=True), *_fees(service)],
            "steps": list(_steps(spec, language)),
            "signature": [_("Name"), _("Signature"), _("Date")],
        }


def requirement_values(service: Service, language: str) -> dict[str, Any]:
    with override(language):
        return {
            **_head(service, language, _("Requirements of the service")),
            "lists": [*_conditions(service), *_papers(service, tick=False), *_fees(service)],
            "steps": [],
            "signature": [],
        }


def _head(service: Service, language: str, kind: str) -> dict[str, Any]:
    facts = {
        _("Competent department"): service.department,
        _("Fees"): service.fees,
        _("Duration"): " – ".join(filter(None, (service.duration, service.sla_note))),
        _("Telephone"): service.contact.phone,
    }
    return {
        "language": language,
        "direction": "rtl" if get_language_info(language)["bidi"] else "ltr",
        "body": service.organisation,
        "title": service.title,
        "kind": kind,
        "facts": [[label, value] for label, value in facts.items() if value],
        "optional": _("(optional)"),
        "printed": _("Printed on %(day)s") % {"day": _plain(both_dates(timezone.localdate()))},
        "page": _("Page"),
        "day": [_("Day"), _("Month"), _("Year")],
    }


def _papers(service: Service, *, tick: bool) -> Iterator[dict[str, Any]]:
    if service.papers:
        lines = [
            " ".join(filter(None, (paper.name, f"({paper.only_if})" if paper.only_if else "", paper.note)))
            for paper in service.papers
        ]
        yield {"title": _("Required documents"), "lines": lines, "ticks": tick}


def _fees(service: Service) -> Iterator[dict[str, Any]]:
    lines = [f"{words}: {amount}" for words, amount in service.fee_lines] or ([service.fees] if service.fees else [])
    if lines:
        yield {"title": _("Fees"), "lines": lines, "ticks": False}


def _conditions(service: Service) -> Iterator[dict[str, Any]]:
    if service.conditions:
        yield {"title": _("Terms and conditions"), "lines": list(service.conditions), "ticks": False}


# -- the questions


def _steps(spec: FormSpec, language: str) -> Iterator[dict[str, Any]]:
    known = {field.key: field for field in spec.fields()}
    for step in spec.steps:
        if step.ends:
            continue
        questions = [question for field in step.fields for question in _question(field, known, language)]
        if questions:
            when = in_words(step.show_if, known, language) if step.show_if else ""
            yield {"title": in_language(step.title, language), "when": _only_if(when), "questions": questions}


def _question(field: FieldSpec, known: Mapping[str, FieldSpec], language: str) -> Iterator[dict[str, Any]]:
    kind = field_type(field.type)
    if kind.checks or kind.computes:
        return
    if not kind.has_answer:
        yield _asked(field, language, "text", text=in_language(field.settings.get("text", {}), language))
        return
    when = _only_if(in_words(field.show_if, known, language)) if field.show_if else ""
    if field.type == "lookup":
        for label in kind.part_labels(field, language).values():  # type: ignore[attr-defined]  # of a look-up
            yield _asked(field, language, "line", label=label, when=when)
        return
    rows = min(int(field.settings.get("most") or MOST_ROWS), MOST_ROWS)
    yield _asked(field, language, *_place(field, language), when=when, rows=rows)


def _asked(field: FieldSpec, language: str, place: str, parts: Any = (), **more: Any) -> dict[str, Any]:
    return {
        "label": in_language(field.label, language),
        "hint": in_language(field.hint, language),
        "required": field.required,
        "place": place,
        "parts": list(parts),
        "when": "",
        "text": "",
        "rows": 0,
        **more,
    }


def _place(field: FieldSpec, language: str) -> tuple[str, list[str]]:
    """What is drawn for an answer of this kind, and the words that stand in it."""
    if field.type == "group":
        return "table", [
            in_language(inner.label, language) for inner in field.fields if field_type(inner.type).has_answer
        ]
    if field.type == "declaration":
        return "declaration", [in_language(field.settings.get("text", {}), language)]
    if field.type == "files":
        return "boxes", [_("Attached")]
    if field.type == "identity_document":
        kinds = field.settings.get("kinds") or IdentityType.values
        return "identity", [str(IdentityType(kind).label) for kind in kinds]
    if field.type in _BOXES:
        options = [in_language(option.label, language) for option in field.options]
        if field.type == "yes_no":
            options = [_("Yes"), _("No")]
        return ("boxes", options) if 0 < len(options) <= MOST_BOXES else ("line", [])
    return {"long_text": "box", "date": "date", "hijri_date": "date"}.get(field.type, "line"), []


def _only_if(condition: str) -> str:
    return _("Only if: %(condition)s") % {"condition": condition} if condition else ""


def _plain(html: str) -> str:
    return "".join(run.text for line in lines_of(html) for run in line.runs)
