"""The editor's form of a workflow: whose it is, and what is wrong with it at the block it stands in."""

import json
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.blocks import StreamBlockValidationError, StructBlockValidationError

from cms.languages import in_language
from services_catalog.going_live import together
from services_catalog.organisations.models import Department, Organisation
from services_catalog.organisations.scope import organisations_of
from services_catalog.processes.compiling import digest_of
from services_catalog.processes.models import Workflow, WorkflowVersion
from services_catalog.processes.papers import choices_for
from services_catalog.processes.review import Fault


class WorkflowForm(WagtailAdminModelForm):
    """A workflow of one's own organisation; only a superuser keeps one for all of them.

    `seen` is the version the editor began from: whoever saves after a colleague is told, and overwrites nothing
    that he has not seen.
    """

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = self.instance.live_version_id or ""
        # Content files, services and the versions of running requests know it by this name.
        if self.instance.pk and "key" in self.fields:
            self.fields["key"].disabled = True
        if self.for_user is not None and "organisation" in self.fields:
            self._offer(organisations_of(self.for_user), is_needed=not self.for_user.is_superuser)

    def _offer(self, bodies: "QuerySet[Organisation]", *, is_needed: bool) -> None:
        field = self.fields["organisation"]
        field.queryset, field.required = bodies, is_needed
        if is_needed:
            field.help_text = ""
            field.error_messages["required"] = _("Choose the organisation whose workflow it is.")
            only = list(bodies[:2])
            if len(only) == 1 and self.instance.organisation_id is None:
                self.initial["organisation"] = only[0].pk
        # Read by the lists of the editor (cms/static/cms/workflow-editor.js).
        field.widget.attrs["data-departments"] = json.dumps(_departments(bodies), ensure_ascii=False)
        field.widget.attrs["data-papers"] = json.dumps(choices_for(bodies), ensure_ascii=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        stages = cleaned.get("stages") or self._unfinished()
        if stages is None and "stages" in self.errors:
            return cleaned
        written = Workflow(
            key=cleaned.get("key") or "-", name=cleaned.get("name") or {}, organisation=cleaned.get("organisation")
        )
        written.stages = stages or []  # type: ignore[assignment]  # a StreamField takes plain lists
        self._tell_of_colleague(written)
        found = stage_errors(written.stages, [fault for fault in written.faults() if fault.level == "error"])
        if found:
            # The editor's page shows one error of a field: what is missing and what is wrong become one.
            before = self.errors.pop("stages", None)
            self.add_error("stages", together(before.as_data()[0], found) if before else found)
        return cleaned

    def _tell_of_colleague(self, written: Workflow) -> None:
        """Once: whoever then saves again has been told. The same saved twice is no conflict."""
        seen = self.cleaned_data.get("seen")
        # Read again: the row was fetched when the request began.
        now = WorkflowVersion.objects.filter(workflow=self.instance.pk, workflow__live_version=F("pk")).first()
        if not seen or now is None or now.pk in {seen, digest_of(written.value)}:
            return
        self.add_error(
            None,
            _(
                "Somebody else saved this workflow meanwhile: it is version %(number)d now, and what you wrote is not "
                "saved. Look at its drawing in another window. Save again to put what stands here in its place."
            )
            % {"number": now.number},
        )
        self.data: Any = self.data.copy()
        self.data[self.add_prefix("seen")] = now.pk

    def _unfinished(self) -> Any:
        """The stages as written when something in them is missing: the rest is reviewed all the same."""
        if "stages" not in self.errors:
            return None
        field = self.fields["stages"]
        written = field.widget.value_from_datadict(self.data, self.files, self.add_prefix("stages"))
        try:
            return field.block.clean_deferred(written)
        except ValidationError:
            # What is wrong stands at its input already.
            return None


def _departments(bodies: "QuerySet[Organisation]") -> dict[int, list[list[str]]]:
    """The departments that a stage may name, by organisation: key and name."""
    found: dict[int, list[list[str]]] = {}
    for department in Department.objects.filter(organisation__in=bodies):
        name = in_language(department.name) or department.key
        found.setdefault(department.organisation_id, []).append([department.key, name])
    return found


def stage_errors(stages: Any, faults: Iterable[Fault]) -> StreamBlockValidationError | None:
    """These faults as errors of the field, each at its block; None without a fault."""
    messages: dict[str, list[str]] = {}
    for fault in faults:
        messages.setdefault(fault.block, []).append(fault.message)
    if not messages:
        return None
    at_blocks = _at_blocks(stages, messages)
    # What is left over belongs to no block.
    rest = [message for left in messages.values() for message in left]
    return StreamBlockValidationError(block_errors=at_blocks, non_block_errors=rest or None)


def _at_blocks(children: Any, messages: dict[str, list[str]]) -> dict[int, ValidationError]:
    found: dict[int, ValidationError] = {}
    for at, child in enumerate(children):
        own = messages.pop(child.id, []) if child.id else []
        inner = _at_blocks(child.value.get("outcomes") or (), messages)
        if own or inner:
            blocks = {"outcomes": StreamBlockValidationError(block_errors=inner)} if inner else None
            found[at] = StructBlockValidationError(block_errors=blocks, non_block_errors=own or None)
    return found
