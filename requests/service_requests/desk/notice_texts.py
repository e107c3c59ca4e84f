"""Texts and channels of notices in the admin: supervisors keep those of their organisation, count and try them."""

import json
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone, translation
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, MultiFieldPanel
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.widgets.button import HeaderButton
from wagtail.permissions import policy_registry
from wagtail.snippets.views.snippets import EditView

from cms.arabic import clean, digits
from cms.history import RecordHistoryView
from cms.languages import content_languages, in_language
from cms.placeholders import filled
from cms.scoped import ScopedViewSet, rows_of
from cms.segments import GSM, GSM_TWICE
from service_requests.appointments.showing import sentence
from service_requests.desk.paper_templates import TryForm
from service_requests.desk.templates import size_in_words
from service_requests.notices.channels import channel
from service_requests.notices.events import EVENT_LABELS, PLACEHOLDERS, shipped
from service_requests.notices.models import NoticeChannels, NoticeText, Way
from service_requests.notices.texts import Said, Wording
from service_requests.records.models import ServiceRequest
from service_requests.records.scope import visible_to
from services_catalog.organisations.models import Organisation
from services_catalog.organisations.scope import organisations_of
from services_catalog.processes.statuses import CITIZENS_WORDS, Status

LIST = "wagtailsnippets_service_requests_noticetext:list"
EDIT = "wagtailsnippets_service_requests_noticetext:edit"
# Requests offered to try a text on, beside any that is typed.
OFFERED = 20


class OwnOrganisationForm(WagtailAdminModelForm):
    """A record of one's own organisation; chosen already where there is only one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.for_user is not None and "organisation" in self.fields:
            own = organisations_of(self.for_user)
            self.fields["organisation"].queryset = own
            if self.instance.pk is None and own.count() == 1:
                self.fields["organisation"].initial = own.get()


class NoticeTextForm(OwnOrganisationForm):
    """A text, counted while it is typed."""

    class Media:
        js = ("cms/notice-text.js",)


NoticeText.base_form_class = NoticeTextForm  # type: ignore[attr-defined]  # read by Wagtail
NoticeChannels.base_form_class = OwnOrganisationForm  # type: ignore[attr-defined]  # the same


class WordsPanel(HelpPanel):
    """What may stand in brackets, how many text messages it comes to, and the texts that ship."""

    class BoundPanel(HelpPanel.BoundPanel):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.content = format_html("{}{}{}", _words(), _counter(self.instance), _shipped())


def _words() -> SafeString:
    rows = ((f"{{{word}}}", meaning) for word, meaning in PLACEHOLDERS.items())
    return format_html(
        '<ul class="diwan-placeholders">{}</ul><p>{}</p>',
        format_html_join("", '<li><bdi dir="ltr"><code data-placeholder>{}</code></bdi> {}</li>', rows),
        _("Nothing else of a request or a person can be said in a notice: others may read the telephone."),
    )


def _counter(text: NoticeText) -> SafeString:
    """How long the saved text is; a script (notice-text.js) counts on from here while somebody types."""
    body = text.organisation if text.organisation_id else None
    told = {
        "gsm": GSM,
        "gsmTwice": GSM_TWICE,
        "words": _("%(characters)s characters, text messages: %(parts)s") % {"characters": "{c}", "parts": "{p}"},
        "channel": Way.SMS,
        "samples": {code: samples(body, code) for code, _name in content_languages()},
        "closings": {code: closing_of(Way.SMS, code) for code, _name in content_languages()},
    }
    sizes = format_html_join(
        "",
        "<p data-saved-size><bdi>{}</bdi>: {}</p>",
        ((name, size_in_words(sample_of(text, code))) for code, name in content_languages() if text.pk),
    )
    closings = format_html_join(
        "",
        '<p class="diwan-message" lang="{0}" dir="auto">{1}</p>',
        ((code, words) for code, words in told["closings"].items()),  # type: ignore[attr-defined]  # a mapping
    )
    return format_html(
        '<div data-notice-counter="{}"><p>{}</p>{}{}</div>',
        json.dumps(told),
        _("Every text message ends with these words, which are counted with it:"),
        closings,
        sizes if text.channel == Way.SMS else "",
    )


def _shipped() -> SafeString:
    """To begin with: what is said where a body has no text of its own."""
    rows = []
    for event, label in EVENT_LABELS.items():
        for code, _name in content_languages():
            with translation.override(code):
                text = shipped(event)
            direction = "rtl" if get_language_info(code)["bidi"] else "ltr"
            rows.append((label if code == settings.LANGUAGE_CODE else "", code, direction, text))
    return format_html(
        '<details class="diwan-shipped"><summary>{}</summary><dl>{}</dl></details>',
        _("The texts that are used where there is none of your own"),
        format_html_join("", '<dt>{}</dt><dd lang="{}" dir="{}">{}</dd>', rows),
    )


def closing_of(way: str, language: str) -> str:
    """What a channel says at the end of every message, in this language."""
    with translation.override(language):
        return channel(way).closing(ServiceRequest())


def samples(body: Organisation | None, language: str) -> dict[str, str]:
    """What placeholders may come to, to count with before there is a request."""
    fitted = channel(Way.SMS).fitted
    with translation.override(language):
        prefix = body.number_prefix if body else "ABC"
        return {
            "number": f"{prefix}-{timezone.localdate().year}-000067",
            "service": _("Booking an appointment"),
            "state": str(CITIZENS_WORDS[Status.IN_PROGRESS]),
            "organisation": in_language(body.name) if body else _("Name of the organisation"),
            "date": "1448/06/12",
            # Where a request has one; the others' messages are shorter.
            "appointment": fitted(sentence(timezone.localdate(), "10:30", _("Customer service hall"), language)),
            "account": settings.WAGTAILADMIN_BASE_URL + reverse("my_requests:list"),
        }


def sample_of(text: NoticeText, language: str) -> str:
    """The text as a text message with samples in its placeholders and the words at its end."""
    words = channel(Way.SMS).fitted(filled(in_language(text.text, language), samples(text.organisation, language)))
    return f"{words.strip()} {closing_of(Way.SMS, language)}"


class SizeColumn(Column):
    """How long it is in the reader's language; only what is sent to telephones is counted."""

    def get_value(self, instance: NoticeText) -> str:
        language = (translation.get_language() or "ar").split("-")[0]
        return size_in_words(sample_of(instance, language)) if instance.channel == Way.SMS else "—"


class EditNoticeText(EditView):
    """With a way to try it."""

    @property
    def header_buttons(self) -> list[HeaderButton]:
        url = reverse("notice_texts_try", args=[self.object.pk])
        return [*super().header_buttons, HeaderButton(label=_("Try it on a request"), url=url, icon_name="view")]


class NoticeTextViewSet(ScopedViewSet):
    model = NoticeText
    icon = "mail"
    menu_label = gettext_lazy("Texts of notices")
    menu_order = 277
    add_to_admin_menu = True
    list_display = [
        "__str__",
        "organisation",
        BooleanColumn("is_sent", label=gettext_lazy("Is sent")),
        SizeColumn("size", label=gettext_lazy("Length")),
    ]
    list_filter = ["event", "channel"]
    edit_view_class = EditNoticeText
    history_view_class = RecordHistoryView
    history_template_name = RecordHistoryView.template_name
    panels = [
        FieldPanel("organisation"),
        FieldRowPanel([FieldPanel("event"), FieldPanel("channel")]),
        FieldPanel("is_sent"),
        FieldPanel("text"),
        FieldPanel("subject"),
        WordsPanel(heading=gettext_lazy("Placeholders and length")),
    ]


class NoticeChannelsViewSet(ScopedViewSet):
    model = NoticeChannels
    icon = "cogs"
    menu_label = gettext_lazy("Channels of notices")
    menu_order = 278
    add_to_settings_menu = True
    list_display = [
        "__str__",
        BooleanColumn("sms", label=gettext_lazy("Text message")),
        BooleanColumn("email", label=gettext_lazy("E-mail")),
        BooleanColumn("account", label=gettext_lazy("In the account")),
        BooleanColumn("chat", label=gettext_lazy("Chat of staff")),
    ]
    history_view_class = RecordHistoryView
    history_template_name = RecordHistoryView.template_name
    panels = [
        FieldPanel("organisation"),
        MultiFieldPanel(
            [FieldPanel("sms"), FieldPanel("email"), FieldPanel("account"), FieldPanel("chat")],
            heading=gettext_lazy("Ways that are used"),
        ),
        FieldPanel("sms_sender"),
    ]


# --- Trying -------------------------------------------------------------------------------------------


@require_GET
def try_text(request: HttpRequest, pk: int) -> HttpResponse:
    """The text as it was saved last, for a request that one may see, in every language; nobody is told."""
    user: Any = request.user
    found = rows_of(NoticeText, user).select_related("organisation").filter(pk=pk).first()
    if found is None:
        raise Http404
    cases = visible_to(user).filter(organisation=found.organisation_id).select_related("organisation", "applicant")
    form = TryForm(request.GET or None, auto_id="try-%s")
    shown: list[dict[str, Any]] = []
    if form.is_bound and form.is_valid():
        case = cases.filter(number=digits(clean(form.cleaned_data["number"])).upper()).first()
        if case is None:
            form.add_error(
                "number", _("You see no request of this organisation with this number. Check it, or choose one.")
            )
        else:
            shown = list(_in_each_language(found, case))
    may_change = policy_registry.get_by_type(NoticeText).user_has_permission_for_instance(user, "change", found)
    context = {
        "text": found,
        "form": form,
        "shown": shown,
        "cases": list(cases.defer("answers", "search_text")[:OFFERED]),
        "header_title": str(found),
        "header_icon": "mail",
        "breadcrumbs_items": [
            {"url": reverse(LIST), "label": _("Texts of notices")},
            {"url": reverse(EDIT, args=[found.pk]) if may_change else "", "label": str(found)},
            {"url": "", "label": _("Try it on a request")},
        ],
    }
    return TemplateResponse(
        request, "service_requests/desk/try_notice_text.html", context, status=422 if form.errors else 200
    )


def _in_each_language(text: NoticeText, case: ServiceRequest) -> Iterable[dict[str, Any]]:
    wording = Wording(text.event, [case])
    way = channel(text.channel)
    for code, name in content_languages():
        said: Said = wording.said(case, way, code)
        size = size_in_words(said.text) if text.channel == Way.SMS else ""
        yield {"language": name, "code": code, "said": said, "size": size}


admin_doors = [path("notice-texts/<int:pk>/try/", try_text, name="notice_texts_try")]
