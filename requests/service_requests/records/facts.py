"""What a request knows of its applicant from his answers: it follows when such an answer changes."""

from collections.abc import Mapping
from typing import Any

from forms_builder.fields import field_type
from forms_builder.spec import FormSpec
from home.accounts.establishments.models import Establishment
from service_requests.records.models import ServiceRequest
from service_requests.records.search import search_text_of

# What the account knows of a person → the column of the request that may have been taken from an answer.
_FACTS = {"full_name": "applicant_name", "identity": "applicant_identity", "mobile": "applicant_mobile"}


def followed(request: ServiceRequest, answers: Mapping[str, Any], spec: FormSpec) -> dict[str, str]:
    """Columns that change with these answers: what was taken from the answer before, and what it is found by."""
    columns: dict[str, str] = {}
    for question in spec.fields():
        column = _FACTS.get(field_type(question.type).known_as)
        old, new = (_plain(source.get(question.key)) for source in (request.answers, answers))
        if column and new and old != new and getattr(request, column) == old:
            columns[column] = new
    if columns:
        told = {name: columns.get(name, getattr(request, name)) for name in _FACTS.values()}
        columns["search_text"] = search_text_of(
            number=f"{request.number} {request.transaction_number}".strip(),
            name=told["applicant_name"],
            identity=told["applicant_identity"],
            mobile=told["applicant_mobile"],
            establishment=found_by(request.acting_for),
        )
    return columns


def found_by(establishment: Establishment | None) -> str:
    """What a request is found by of the establishment it was made for: its number, and its name in each language."""
    return " ".join((establishment.number, *establishment.name.values())) if establishment else ""


def _plain(answer: Any) -> str:
    return str(answer.get("number", "")) if isinstance(answer, Mapping) else str(answer or "")
