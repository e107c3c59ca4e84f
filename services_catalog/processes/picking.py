"""What the editor of a workflow knows, so that stages, outcomes, departments and documents are picked from lists.

`cms/static/cms/workflow-editor.js` reads it. It comes with the block of the stages and with nothing else;
without it keys are typed.
"""

from typing import Any

from django import forms
from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin.telepath import register
from wagtail.blocks.stream_block import StreamBlockAdapter

from cms.languages import content_languages
from forms_builder import proposing
from services_catalog.processes.blocks import StagesBlock
from services_catalog.processes.workflow import Place


class StagesAdapter(StreamBlockAdapter):
    """The stock editor of a list of blocks, with our script and its facts."""

    def js_args(self, block: Any) -> list[Any]:
        *before, meta = super().js_args(block)
        return [*before, {**meta, "workflow": facts()}]

    @cached_property
    def media(self) -> forms.Media:
        scripts = [staticfiles_storage.url(f"cms/{name}.js") for name in ("pickers", "workflow-editor")]
        return super().media + forms.Media(js=scripts)


def register_editor() -> None:
    register(StagesAdapter(), StagesBlock)


def facts() -> dict[str, Any]:
    """Everything the script needs, in the language of the page."""
    return {
        "languages": [code for code, _name in content_languages()],
        "naming": proposing.rules(),
        "named": Place.NAMED.value,
        "words": {
            "stage": _("Leads to"),
            "outcome": _("Outcome"),
            "department": _("Department"),
            "paper": _("Document template"),
            "chooseStage": _("Choose a stage"),
            "chooseOutcome": _("Choose an outcome"),
            "chooseDepartment": _("Choose a department"),
            "choosePaper": _("No document"),
            "noStage": _("“%(value)s”: no stage has this key"),
            "noOutcome": _("“%(value)s”: no outcome has this key"),
            "noPaper": _("“%(value)s”: no document template has this key"),
            "noDepartment": _("“%(value)s”: the organisation has no such department"),
        },
    }
