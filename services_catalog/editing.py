"""The editor's form of a service page: says at its block what keeps a form from going live."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminPageForm

from services_catalog.going_live import form_errors, together
from services_catalog.organisations.levels import level_above
from services_catalog.processes.defaults import REVIEW_AND_DECISION
from services_catalog.processes.models import Workflow
from services_catalog.processes.scope import workflows_of


class ServicePageForm(WagtailAdminPageForm):
    """Publishing is checked; a draft that is being written may lack anything."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.for_user is not None and "workflow" in self.fields:
            field, chosen = self.fields["workflow"], self.instance.workflow_id
            # What was chosen stays on offer, whoever looks at the page.
            field.queryset = Workflow.objects.filter(Q(pk__in=workflows_of(self.for_user)) | Q(pk=chosen))
            default = Workflow.objects.filter(key=REVIEW_AND_DECISION).first()
            field.empty_label = _("As usual: %(workflow)s") % {"workflow": default}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if self.is_deferred_validation or not self._holds_the_form():
            return cleaned
        self._check_workflow(cleaned)
        self._check_objections(cleaned)
        if cleaned.get("allows_guests") and cleaned.get("who_applies") == "establishments":
            told = _("Whoever acts for an establishment signs in. Take this away, or let persons apply too.")
            self.add_error("allows_guests", told)
        if cleaned.get("allows_guests") and cleaned.get("requires_national_sign_in"):
            self.add_error("allows_guests", _("Guests do not sign in. Take this away, or the national sign-in."))
        steps = cleaned.get("form_steps") or self._unfinished_form()
        if steps:
            department = cleaned.get("department")
            organisation = department.organisation if department else None
            for name, error in form_errors(steps, cleaned.get("fee_lines") or (), organisation).items():
                self._tell(name, error)
            if not department:
                self.add_error("department", _("Choose the department that receives the requests."))
        return cleaned

    def _check_workflow(self, cleaned: dict[str, Any]) -> None:
        workflow, department = cleaned.get("workflow"), cleaned.get("department")
        if workflow is None or department is None or workflow.organisation_id is None:
            return
        if workflow.organisation_id != department.organisation_id:
            self.add_error(
                "workflow",
                _("This is a workflow of another organisation than the department's. Choose another one."),
            )

    def _check_objections(self, cleaned: dict[str, Any]) -> None:
        department = cleaned.get("department")
        if cleaned.get("objection_days") and department is not None and level_above(department) is None:
            self.add_error(
                "objection_days",
                _("Nobody stands above this department. Say first which department decides on objections."),
            )

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
