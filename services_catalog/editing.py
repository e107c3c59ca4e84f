"""The editor's form of a service page: says at its block what keeps a form from going live."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminPageForm

from services_catalog.going_live import form_errors


class ServicePageForm(WagtailAdminPageForm):
    """Publishing is checked; a draft that is being written may lack anything."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if self.is_deferred_validation or not self._holds_the_form():
            return cleaned
        steps = cleaned.get("form_steps")
        if steps:
            found = form_errors(steps)
            if found is not None:
                self.add_error("form_steps", found)
            if not cleaned.get("department"):
                self.add_error("department", _("Choose the department that receives the requests."))
        return cleaned

    def _holds_the_form(self) -> bool:
        locale = self.instance.locale if self.instance.locale_id else self.parent_page.locale
        return bool(locale.language_code == settings.LANGUAGE_CODE) or self.instance.source.pk == self.instance.pk
