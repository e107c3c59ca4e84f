"""The documents a request is checked for, one by one, and what was found.

The items are the required documents of the service page, by the ids of their blocks; where the page lists
none, they are the upload questions that were put to this applicant. A document that is needed only in a
certain case may stay unmarked.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language

from cms.languages import in_language
from forms_builder.fields.asking import is_required
from forms_builder.fields.files import Files
from forms_builder.models import FormVersion
from forms_builder.route import effective_answers, shown_fields, steps
from forms_builder.spec import FormSpec
from service_requests.casework.models import DocumentCheck, keep
from service_requests.casework.rights import held
from service_requests.records.models import ServiceRequest
from services_catalog.models import ServicePage

if TYPE_CHECKING:
    from home.accounts.models import User

State = DocumentCheck.State


@dataclass(frozen=True)
class Item:
    """One document; `only_if` in words, where it is not always needed."""

    key: str
    label: str
    note: str = ""
    only_if: str = ""
    files: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class Mark:
    """What was found about an item.

    Attributes:
        seen: what stood there (`standing`) when it was found; empty where nobody says.
    """

    state: str
    note: str = ""
    seen: str = ""


class MarkedMeanwhile(Exception):
    """Colleagues found something else about these items in between; nothing was changed."""

    def __init__(self, checks: Mapping[str, DocumentCheck]) -> None:
        super().__init__()
        self.checks = checks


def items_of(request: ServiceRequest) -> list[Item]:
    """In the order of the page or of the form, in the reader's language."""
    papers = list(_papers(_pages([request.service_id]).get(request.service_id, [])))
    return papers or list(_uploads(request.form_version.value, request.answers))


def checks_of(request: ServiceRequest) -> dict[str, DocumentCheck]:
    """What was found so far, by item."""
    checks = DocumentCheck.objects.filter(request=request).select_related("checked_by")
    return {check.item: check for check in checks}


def standing(found: DocumentCheck | Mark | None) -> str:
    """What is found about an item, for a page to carry: that nothing is, as well."""
    return f"{found.state}:{found.note}" if found else "-"


def open_items(requests: Sequence[ServiceRequest]) -> dict[int, int]:
    """How many items of each of these requests are not in order; those without any are left out.

    Three queries, four where a service lists no documents, for any number of requests.
    """
    marks: dict[int, dict[str, str]] = {}
    found = DocumentCheck.objects.filter(request__in=[request.pk for request in requests])
    for key, item, state in found.values_list("request", "item", "state"):
        marks.setdefault(key, {})[item] = state
    counts = {key: sum(_is_open(item, marks.get(key, {})) for item in items) for key, items in _items_of_each(requests)}
    return {key: count for key, count in counts.items() if count}


@transaction.atomic
def mark(request: ServiceRequest, marks: Mapping[str, Mark], *, by: "User") -> int:
    """Write down what was found; how many items were found otherwise than before. Unknown items are passed over.

    So are those that are as he saw them: what a colleague found about them meanwhile stays.

    Raises:
        MarkedMeanwhile: when a colleague found something else about an item that he did not see.
        PermissionDenied: when he may not work on this request.
    """
    now, changed = timezone.now(), 0
    known = {item.key for item in items_of(held(request, by))}
    there = checks_of(request)
    marks = {item: found for item, found in marks.items() if found.seen != standing(found)}
    meanwhile = {
        item: there[item]
        for item, found in marks.items()
        if item in there and found.seen and standing(there[item]) not in {found.seen, standing(found)}
    }
    if meanwhile:
        raise MarkedMeanwhile(meanwhile)
    for item, found in marks.items():
        check = there.get(item) or DocumentCheck(request=request, item=item)
        if item not in known or (check.state, check.note) == (found.state, found.note) or not found.state:
            continue
        check.state, check.note, check.checked_by, check.checked_at = State(found.state), found.note, by, now
        keep(check, by=by)
        changed += 1
    return changed


def lacking(request: ServiceRequest) -> list[str]:
    """What the documents are called that are missing or do not match."""
    checks = checks_of(request)
    bad = {key for key, check in checks.items() if check.state != State.MET}
    return [item.label for item in items_of(request) if item.key in bad]


def lacking_of(requests: Sequence[ServiceRequest]) -> dict[int, list[str]]:
    """The same for many, by their keys; those that lack nothing are left out."""
    bad: dict[int, set[str]] = {}
    found = DocumentCheck.objects.filter(request__in=[request.pk for request in requests]).exclude(state=State.MET)
    for key, item in found.values_list("request", "item"):
        bad.setdefault(key, set()).add(item)
    concerned = [request for request in requests if request.pk in bad]
    return {key: [item.label for item in items if item.key in bad[key]] for key, items in _items_of_each(concerned)}


def _items_of_each(requests: Sequence[ServiceRequest]) -> Iterator[tuple[int, Iterable[Item]]]:
    """(key of the request, items of its checklist)."""
    if not requests:
        return
    pages = _pages({request.service_id for request in requests})
    by_uploads = {request.pk for request in requests if not pages.get(request.service_id)}
    forms = _forms(by_uploads)
    for request in requests:
        yield (
            request.pk,
            _uploads(*forms[request.pk]) if request.pk in by_uploads else _papers(pages[request.service_id]),
        )


def _is_open(item: Item, marks: Mapping[str, str]) -> bool:
    state = marks.get(item.key, "")
    return state != State.MET and not (item.only_if and not state)


def _pages(services: Iterable[int]) -> dict[int, list[tuple[str, Mapping[str, Any]]]]:
    """(block id, words) of the documents of each service, in the reader's language where they are translated."""
    language = (get_language() or "").split("-")[0]
    sources = ServicePage.objects.filter(pk__in=services).values("translation_key")
    rows = ServicePage.objects.filter(translation_key__in=sources).values_list(
        "pk", "translation_key", "documents", "live", "locale__language_code"
    )
    pages = list(rows)
    translated = {
        key: dict(_blocks(documents)) for _pk, key, documents, live, code in pages if live and code == language
    }
    return {
        pk: [(block, translated.get(key, {}).get(block, words)) for block, words in _blocks(documents)]
        for pk, key, documents, _live, _code in pages
        if pk in set(services)
    }


def _blocks(documents: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for block in getattr(documents, "raw_data", None) or ():
        yield str(block.get("id", "")), block["value"]


def _papers(blocks: Iterable[tuple[str, Mapping[str, Any]]]) -> Iterator[Item]:
    for block, words in blocks:
        name, note, only_if = (str(words.get(key) or "") for key in ("name", "note", "only_if"))
        yield Item(f"paper:{block}", name, note, only_if)


def _uploads(spec: FormSpec, answers: Mapping[str, Any]) -> Iterator[Item]:
    effective = effective_answers(spec, answers)
    for step in steps(spec, answers):
        for question in shown_fields(step, effective):
            files = answers.get(question.key) or ()
            if question.type == Files.key and (files or is_required(question, effective)):
                yield Item(f"field:{question.key}", in_language(question.label), files=tuple(files))


def _forms(requests: Iterable[int]) -> dict[int, tuple[FormSpec, Mapping[str, Any]]]:
    keys = list(requests)
    if not keys:
        return {}
    rows = list(ServiceRequest.objects.filter(pk__in=keys).order_by().values_list("pk", "form_version", "answers"))
    versions = FormVersion.objects.in_bulk({version for _pk, version, _answers in rows})
    return {pk: (versions[version].value, answers) for pk, version, answers in rows}
