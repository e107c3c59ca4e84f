"""Two revisions of a service page compared in Wagtail: of the form, sentences instead of every block's settings."""

from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from wagtail.admin.compare import FieldComparison
from wagtail.admin.panels import FieldPanel

from forms_builder.comparison import compare, sentences
from services_catalog.going_live import form_of


class FormComparison(FieldComparison):
    """What the later revision changes of the form, its fees included."""

    def __init__(self, field: Any, obj_a: Any, obj_b: Any) -> None:
        super().__init__(field, obj_a, obj_b)
        self.changes = compare(form_of(obj_a), form_of(obj_b))

    def has_changed(self) -> bool:
        return bool(self.changes)

    def htmldiff(self) -> SafeString:
        told = sentences(self.changes, (get_language() or "ar").split("-")[0])
        if not told:
            return format_html("<p>{}</p>", _("Nothing that is asked changed."))
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((line,) for line in told)))


class FormPanel(FieldPanel):
    """The editor of the form."""

    def get_comparison_class(self) -> type[FormComparison]:
        return FormComparison
