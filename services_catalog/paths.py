"""“Try all paths”: the editor's report of every way through a form.

Reads the latest revision, published or not, and changes nothing. Linked from the page's header.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cms.languages import in_language
from forms_builder.fields import field_type
from forms_builder.fields.base import Context
from forms_builder.paths import Exploration, Place, Route, explore
from forms_builder.review import Fault, faults_of_parts
from forms_builder.route import depended_on
from forms_builder.spec import FieldSpec, FormSpec
from services_catalog.going_live import form_of
from services_catalog.models import ServicePage


@dataclass(frozen=True)
class RouteRow:
    """A route: titles of its steps, and the answers that lead this way."""

    number: int
    steps: list[str]
    answers: list[tuple[str, str]]


@dataclass(frozen=True)
class PlaceRow:
    """A step or question in words; `certain` as in `forms_builder.paths.Place`."""

    text: str
    certain: bool


@dataclass(frozen=True)
class Report:
    routes: list[RouteRow]
    longest: RouteRow | None
    capped: bool
    dead_steps: list[PlaceRow]
    never_shown: list[PlaceRow]
    never_true: list[PlaceRow]
    never_false: list[PlaceRow]


def may_see_paths(page: ServicePage, user: Any) -> bool:
    """Whether the report may be read: by whoever may edit the page, and the one that carries the form."""
    return all(one.permissions_for_user(user).can_edit() for one in {page, page.source})


def all_paths(request: HttpRequest, page_id: int) -> HttpResponse:
    """The report of one service."""
    found = examined(request, page_id)
    report = None if found.faults or not found.spec.steps else explore(found.spec, found.context)
    return TemplateResponse(
        request,
        "services_catalog/paths.html",
        {
            **found.page_context(_("Paths through the form"), "list-ol"),
            "report": _report(found.spec, report, found.context.language) if report else None,
        },
    )


@dataclass(frozen=True)
class Examined:
    """The latest draft of a service's form, for a page that changes nothing."""

    page: ServicePage
    spec: FormSpec
    context: Context
    faults: list[str]

    def page_context(self, title: str, icon: str) -> dict[str, Any]:
        """What every such page shows."""
        return {
            "page": self.page,
            "breadcrumbs_items": _crumbs(self.page, title),
            "header_title": title,
            "header_icon": icon,
            "edit_url": reverse("wagtailadmin_pages:edit", args=[self.page.source.pk]),
            "faults": self.faults,
        }


def examined(request: HttpRequest, page_id: int) -> Examined:
    """The draft that this editor may look at.

    Raises:
        Http404: for everybody else.
    """
    page = get_object_or_404(ServicePage, pk=page_id)
    if not may_see_paths(page, request.user):
        raise Http404
    draft: ServicePage = page.source.get_latest_revision_as_object()
    organisation = draft.department.organisation if draft.department else None
    spec = form_of(draft)
    faults = [fault for fault in faults_of_parts(spec) if fault.level == "error"] if spec.steps else []
    language = get_language() or page.locale.language_code
    context = Context(language=language, country=organisation.country if organisation else "SA")
    return Examined(page, spec, context, _messages(faults))


def _crumbs(page: ServicePage, title: str) -> list[dict[str, str]]:
    return [
        {"url": reverse("wagtailadmin_explore", args=[page.get_parent().pk]), "label": page.get_parent().title},
        {"url": reverse("wagtailadmin_pages:edit", args=[page.pk]), "label": page.get_admin_display_title()},
        {"url": "", "label": title},
    ]


def _messages(faults: Sequence[Fault]) -> list[str]:
    return list(dict.fromkeys(fault.message for fault in faults))


def _report(spec: FormSpec, found: Exploration, language: str) -> Report:
    deciding = [field for field in spec.fields() if field.key in depended_on(spec)]
    rows = [_row(number, route, deciding, language) for number, route in enumerate(found.routes, start=1)]
    return Report(
        routes=rows,
        longest=rows[found.routes.index(found.longest)] if found.longest else None,
        capped=found.capped,
        dead_steps=_rows(found.dead_steps, language),
        never_shown=_rows(found.never_shown, language),
        never_true=_rows(found.never_true, language),
        never_false=_rows(found.never_false, language),
    )


def _row(number: int, route: Route, deciding: Sequence[FieldSpec], language: str) -> RouteRow:
    answers = [
        (
            in_language(field.label, language),
            field_type(field.type).example_text(field, route.answers[field.key], language),
        )
        for field in deciding
        if field.key in route.answers
    ]
    return RouteRow(number, [in_language(step.title, language) or step.key for step in route.steps], answers)


def _rows(places: Sequence[Place], language: str) -> list[PlaceRow]:
    return [PlaceRow(_in_words(place, language), place.certain) for place in places]


def _in_words(place: Place, language: str) -> str:
    step = in_language(place.step.title, language) or place.step.key
    if place.field is None:
        return step
    question = in_language(place.field.label, language) or str(field_type(place.field.type).label)
    if place.requiring:
        return _("%(step)s: %(question)s (when it must be answered)") % {"step": step, "question": question}
    return _("%(step)s: %(question)s") % {"step": step, "question": question}


admin_doors = [path("services/<int:page_id>/paths/", all_paths, name="services_catalog_paths")]
