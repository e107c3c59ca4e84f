"""The summary of a request as a PDF: what was sent, with its number, in the reader's language.

Called by the citizen's page and by the desk's. Made anew each time from the form version the request was
sent with, so it reads as the form did, whatever editors changed since.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.translation import get_language_info, override, pgettext
from django.utils.translation import gettext as _

from cms.languages import in_language
from cms.templatetags.diwan import both_dates
from forms_builder.display import StepSummary, summary
from forms_builder.fees import bill
from service_requests.documents.lines import lines_of
from service_requests.documents.typesetting import drawn, qr_of
from service_requests.records.models import ServiceRequest
from service_requests.records.services import service_names

SOURCE = "summary.typ"


def summary_pdf(case: ServiceRequest, language: str, *, for_staff: bool = False) -> bytes:
    """The summary in that language; tagged, with its fonts, right to left where the language is."""
    with override(language):
        values = summary_values(case, language, for_staff=for_staff)
    return drawn(SOURCE, values)


def summary_response(case: ServiceRequest, language: str, *, for_staff: bool = False) -> HttpResponse:
    """The summary, opened in the browser and kept by nobody on the way. Whoever calls has looked who asks."""
    return pdf_response(summary_pdf(case, language, for_staff=for_staff), case.number)


def pdf_response(content: bytes, name: str) -> HttpResponse:
    """A PDF, opened in the browser and kept by nobody on the way."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
    response["Cache-Control"] = "private, no-store"
    return response


def summary_values(case: ServiceRequest, language: str, *, for_staff: bool = False) -> dict[str, Any]:
    """Everything the summary prints."""
    steps = summary(case.form_version.value, case.answers, language, for_staff=for_staff)
    return {
        "language": language,
        "direction": "rtl" if get_language_info(language)["bidi"] else "ltr",
        "body": in_language(case.organisation.name, language),
        "title": service_names([case.service_id]).get(case.service_id, ""),
        "kind": _("Summary of the request"),
        "facts": [_pair(label, html) for label, html in _facts(case).items() if html],
        "groups": [*(_group(step) for step in steps), *_fees(case, language)],
        "qr": _qr(case, language),
        "qr_alt": _("Code that leads to the request"),
        "printed": _("Printed on %(day)s") % {"day": _plain(both_dates(timezone.localdate()))},
        "page": _("Page"),
    }


def _facts(case: ServiceRequest) -> Mapping[str, str]:
    return {
        _("Request number"): format_html('<bdi dir="ltr">{}</bdi>', case.number),
        _("Transaction number"): format_html('<bdi dir="ltr">{}</bdi>', number)
        if (number := case.transaction_number)
        else "",
        pgettext("of a request", "Status"): escape(case.citizens_status),
        _("Submitted"): str(both_dates(case.submitted_at)),
        _("Beneficiary"): format_html("<bdi>{}</bdi>", case.applicant_name),
        _("On behalf of"): _office(case),
        _("Received by"): escape(in_language(case.department.name)),
    }


def _office(case: ServiceRequest) -> str:
    office = case.acting_for
    return format_html('{} <bdi dir="ltr">{}</bdi>', str(office), office.number) if office else ""


def _group(step: StepSummary) -> dict[str, Any]:
    return {
        "title": step.title,
        "rows": [_pair(row.label, str(row.html) or _("Not answered")) for row in step.rows],
    }


def _fees(case: ServiceRequest, language: str) -> Iterator[dict[str, Any]]:
    due = bill(case.form_version.value, case.answers, language)
    if due:
        total = [(_("In all"), due.total)] if len(due.lines) > 1 else []
        yield {"title": _("Fees"), "rows": [_pair(words, escape(amount)) for words, amount in (*due.lines, *total)]}


def _pair(label: str, html: str) -> dict[str, Any]:
    return {"label": label, "lines": [line.as_values() for line in lines_of(html)]}


def _plain(html: str) -> str:
    return "".join(run.text for line in lines_of(html) for run in line.runs)


def _qr(case: ServiceRequest, language: str) -> str:
    """The way back to the request, as a picture: its address, which shows it to whoever may see it.

    A guest has no account to sign in to: his way is the page that asks for number, mobile and a code.
    """
    with override(language):
        there = reverse("my_requests:follow") if case.is_of_a_guest else _page_of(case)
    return qr_of(settings.WAGTAILADMIN_BASE_URL.rstrip("/") + there)


def _page_of(case: ServiceRequest) -> str:
    return reverse("my_requests:detail", args=[case.public_id])
