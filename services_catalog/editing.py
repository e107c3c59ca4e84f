"""The editor's form of a service page: says at its block what keeps a form from going live."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminPageForm

from services_catalog.going_live import form_errors, together


class ServicePageForm(WagtailAdminPageForm):
    """Publishing is checked; a draft that is being written may lack anything."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if self.is_deferred_validation or not self._holds_the_form():
            return cleaned
        steps = cleaned.get("form_steps") or self._unfinished_form()
        if steps:
            department = cleaned.get("department")
            organisation = department.organisation if department else None
            for name, error in form_errors(steps, cleaned.get("fee_lines") or (), organisation).items():
                self._tell(name, error)
            if not department:
                self.add_error("department", _("Choose the department that receives the requests."))
        return cleaned

    def _unfinished_form(self) -> Any:
        """The form as written when something in it is missing: the rest is reviewed all the same."""
        if "form_steps" not in self.errors:
            return None
        field = self.fields["form_steps"]
        written = field.widget.value_from_datadict(self.data, self.files, self.add_prefix("form_steps"))
        try:
            return field.block.clean_deferred(written)
        except ValidationError:
            # Not even a draft could keep it; what is wrong stands at its input already.
            return None

    def _tell(self, name: str, found: ValidationError) -> None:
        # The editor's page shows one error of a field: what is missing and what is wrong become one.
        before = self.errors.pop(name, None)
        self.add_error(name, together(before.as_data()[0], found) if before else found)

    def _holds_the_form(self) -> bool:
        locale = self.instance.locale if self.instance.locale_id else self.parent_page.locale
        return bool(locale.language_code == settings.LANGUAGE_CODE) or self.instance.source.pk == self.instance.pk
