"""Templates of messages in the admin: supervisors keep those of their organisation, and see how long they are."""

from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, HelpPanel
from wagtail.admin.ui.tables import Column

from cms.history import RecordHistoryView
from cms.languages import content_languages, in_language
from cms.scoped import ScopedViewSet
from cms.segments import segments
from service_requests.casework.models import MessageTemplate
from service_requests.casework.placeholders import PLACEHOLDERS
from services_catalog.organisations.scope import organisations_of


class TemplateForm(WagtailAdminModelForm):
    """A template of one's own organisation."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.for_user is not None and "organisation" in self.fields:
            self.fields["organisation"].queryset = organisations_of(self.for_user)


MessageTemplate.base_form_class = TemplateForm  # type: ignore[attr-defined]  # read by Wagtail


class PlaceholdersPanel(HelpPanel):
    """The fixed list, beside the text it is for; beneath it how long the text is now as a text message."""

    class BoundPanel(HelpPanel.BoundPanel):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.content = format_html("<ul>{}</ul>{}", _words(), _sizes(self.instance))


def _words() -> SafeString:
    rows = ((f"{{{word}}}", meaning) for word, meaning in PLACEHOLDERS.items())
    return format_html_join("", '<li><bdi dir="ltr"><code>{}</code></bdi> {}</li>', rows)


def _sizes(template: MessageTemplate | None) -> SafeString:
    texts = (template.text if template and template.pk else None) or {}
    return format_html_join(
        "", "<p>{} {}</p>", ((name, size_in_words(texts.get(code, ""))) for code, name in content_languages() if texts)
    )


def size_in_words(text: str) -> str:
    """As a text message of its own; what placeholders are replaced by is not counted."""
    size = segments(text)
    told = ngettext(
        "%(characters)d characters, %(parts)d text message", "%(characters)d characters, %(parts)d text messages",
        size.parts,
    )  # fmt: skip
    return told % {"characters": size.characters, "parts": size.parts}


class SizeColumn(Column):
    """How long the text is in the reader's language."""

    def get_value(self, instance: MessageTemplate) -> str:
        return size_in_words(in_language(instance.text))


class MessageTemplateViewSet(ScopedViewSet):
    model = MessageTemplate
    icon = "mail"
    menu_label = _("Message templates")
    menu_order = 275
    add_to_admin_menu = True
    list_display = ["__str__", "organisation", SizeColumn("size", label=_("Length"))]
    history_view_class = RecordHistoryView
    history_template_name = RecordHistoryView.template_name
    panels = [
        FieldPanel("organisation"),
        FieldPanel("name"),
        FieldPanel("text"),
        PlaceholdersPanel(heading=_("Placeholders")),
    ]
