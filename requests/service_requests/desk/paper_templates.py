"""Templates of documents in the admin: written with placeholders from a list, tried on a request, kept while used."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import HeaderButton
from wagtail.permissions import policy_registry
from wagtail.snippets.views.snippets import EditView

from cms.arabic import clean, digits
from cms.history import RecordHistoryView
from cms.scoped import ScopedViewSet, rows_of
from forms_builder.models import Form
from service_requests.documents.issuing import facts_of
from service_requests.documents.models import DocumentTemplate
from service_requests.documents.paper import Pictures, keys_of, paper_pdf, values_of
from service_requests.documents.placeholders import PLACEHOLDERS, answers_in
from service_requests.documents.summary import pdf_response
from service_requests.records.models import ServiceRequest
from service_requests.records.scope import visible_to
from services_catalog.models import ServicePage
from services_catalog.organisations.forms import KeyedForm
from services_catalog.organisations.models import Organisation
from services_catalog.organisations.scope import organisations_of
from services_catalog.processes.models import Workflow

LIST = "wagtailsnippets_service_requests_documenttemplate:list"
EDIT = "wagtailsnippets_service_requests_documenttemplate:edit"
# Requests offered to try a template on, beside any that is typed.
OFFERED = 20


class TemplateForm(KeyedForm):
    """A template of one's own organisation, whose answers some form of that organisation asks for."""

    kept = ("key", "organisation")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.for_user is not None and "organisation" in self.fields:
            self.fields["organisation"].queryset = organisations_of(self.for_user)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        body, organisation = cleaned.get("body"), cleaned.get("organisation")
        if isinstance(organisation, Organisation):
            known = {key for _service, keys in _questions(organisation) for key in keys}
            self._refuse_unknown("body", list((body or {}).values()), known)
            rows = cleaned.get("rows") or ()
            self._refuse_unknown("rows", [row.value.get("value") or "" for row in rows], known)
        return cleaned

    def _refuse_unknown(self, field: str, texts: list[str], known: set[str]) -> None:
        unknown = [key for key in answers_in(texts) if key not in known]
        if unknown:
            message = _("No form of this organisation asks for %(keys)s. Use the keys that are listed below.")
            self.add_error(field, message % {"keys": " ".join(f"{{answer.{key}}}" for key in unknown)})


DocumentTemplate.base_form_class = TemplateForm  # type: ignore[attr-defined]  # read by Wagtail


def _questions(organisation: Organisation) -> list[tuple[str, dict[str, str]]]:
    """The services of an organisation, each with what may stand after `answer.`."""
    language = (get_language() or "ar").split("-")[0]
    pages = ServicePage.objects.filter(department__organisation=organisation).order_by("title")
    titles = {page.translation_key: page.title for page in pages}
    forms_ = Form.objects.filter(translation_key__in=titles).exclude(live_version=None).select_related("live_version")
    return [
        (titles[form.translation_key], keys_of(form.live_version.value, language))
        for form in forms_
        if form.live_version
    ]


class PlaceholdersPanel(HelpPanel):
    """The fixed list, and under it what the forms of the organisation ask."""

    class BoundPanel(HelpPanel.BoundPanel):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            template = self.instance
            known = _questions(template.organisation) if template is not None and template.organisation_id else []
            self.content = format_html("{}{}", _words({**PLACEHOLDERS}), _answers(known))


def _words(meanings: Any) -> SafeString:
    rows = ((f"{{{word}}}", meaning) for word, meaning in meanings.items())
    return format_html("<ul>{}</ul>", format_html_join("", '<li><bdi dir="ltr"><code>{}</code></bdi> {}</li>', rows))


def _answers(known: list[tuple[str, dict[str, str]]]) -> SafeString:
    if not known:
        return format_html("<p>{}</p>", _("Save the template once: then the answers of its organisation are listed."))
    return format_html_join(
        "",
        "<h3>{}</h3>{}",
        ((title, _words({f"answer.{key}": label for key, label in keys.items()})) for title, keys in known),
    )


class EditTemplate(EditView):
    """With a way to try it."""

    @property
    def header_buttons(self) -> list[HeaderButton]:
        url = reverse("paper_templates_try", args=[self.object.pk])
        return [*super().header_buttons, HeaderButton(label=_("Try it on a request"), url=url, icon_name="view")]


def _signer(template: DocumentTemplate) -> str:
    return str(template.signer or "")


class DocumentTemplateViewSet(ScopedViewSet):
    model = DocumentTemplate
    icon = "doc-full"
    menu_label = gettext_lazy("Document templates")
    menu_order = 276
    add_to_admin_menu = True
    list_display = [
        "__str__",
        "key",
        "organisation",
        Column("signer", label=gettext_lazy("Signed by"), accessor=_signer),
    ]
    edit_view_class = EditTemplate
    history_view_class = RecordHistoryView
    history_template_name = RecordHistoryView.template_name
    panels = [
        FieldRowPanel([FieldPanel("organisation"), FieldPanel("key")]),
        FieldPanel("name"),
        FieldPanel("title"),
        FieldPanel("body"),
        FieldPanel("rows"),
        PlaceholdersPanel(heading=gettext_lazy("Placeholders")),
        FieldRowPanel([FieldPanel("lifetime"), FieldPanel("lifetime_unit")]),
        FieldRowPanel([FieldPanel("signer"), FieldPanel("language")]),
        FieldPanel("stamp"),
    ]


# --- Trying -------------------------------------------------------------------------------------------


class TryForm(forms.Form):
    """The request it is tried on."""

    number = forms.CharField(label=gettext_lazy("Number of the request"), max_length=40, required=False)
    number.widget.attrs.update({"dir": "ltr", "list": "requests", "autocomplete": "off"})


@require_GET
def try_template(request: HttpRequest, pk: int) -> HttpResponse:
    """The template as it was saved last, on a request that one may see; nothing is numbered and nothing kept."""
    user: Any = request.user
    template = rows_of(DocumentTemplate, user).select_related("organisation__emblem", "signer", "stamp")
    found = template.filter(pk=pk).first()
    if found is None:
        raise Http404
    cases = visible_to(user).filter(organisation=found.organisation_id).select_related("form_version", "department")
    form = TryForm(request.GET or None, auto_id="try-%s")
    if form.is_bound and form.is_valid():
        case = cases.filter(number=digits(clean(form.cleaned_data["number"])).upper()).first()
        if case is not None:
            return _specimen(found, case, user)
        form.add_error(
            "number", _("You see no request of this organisation with this number. Check it, or choose one.")
        )
    context = {
        "template": found,
        "form": form,
        "cases": list(cases.defer("answers", "search_text")[:OFFERED]),
        "header_title": str(found),
        "header_icon": "doc-full",
        "breadcrumbs_items": [
            {"url": reverse(LIST), "label": _("Document templates")},
            {"url": _own_page(found, user), "label": str(found)},
            {"url": "", "label": _("Try it on a request")},
        ],
    }
    return TemplateResponse(
        request, "service_requests/desk/try_template.html", context, status=422 if form.errors else 200
    )


def _own_page(template: DocumentTemplate, user: Any) -> str:
    may = policy_registry.get_by_type(DocumentTemplate).user_has_permission_for_instance(user, "change", template)
    return reverse(EDIT, args=[template.pk]) if may else ""


def _specimen(template: DocumentTemplate, case: ServiceRequest, user: Any) -> HttpResponse:
    case.organisation = template.organisation
    values = values_of(template, case, facts_of(template, case, by=user))
    return pdf_response(paper_pdf(values, Pictures.of(template)), f"{template.key}-{case.number}")


admin_doors = [path("document-templates/<int:pk>/try/", try_template, name="paper_templates_try")]


# --- Keeping ------------------------------------------------------------------------------------------


def keep_what_is_issued(request: HttpRequest, instances: Iterable[Model]) -> HttpResponse | None:
    """Said before the question “are you sure?”, so nobody agrees to what cannot be done."""
    for template in instances:
        names = _workflows_naming(template) if isinstance(template, DocumentTemplate) else []
        if names:
            told = _("“%(template)s” is not deleted: the workflow “%(workflow)s” issues it. Change the workflow first.")
            messages.error(request, told % {"template": template, "workflow": names[0]})
            return redirect(LIST)
    return None


def keep_what_many_issue(
    request: HttpRequest, action_type: str, objects: Iterable[Model], action: Any
) -> HttpResponse | None:
    return keep_what_is_issued(request, objects) if action_type == "delete" else None


def _workflows_naming(template: DocumentTemplate) -> list[str]:
    """Of its organisation, and those for all."""
    rows = Workflow.objects.filter(organisation=template.organisation_id) | Workflow.objects.filter(organisation=None)
    return [
        str(workflow)
        for workflow in rows
        if any(outcome.issues == template.key for _stage, outcome in workflow.value.outcomes())
    ]
