"""When a service page goes live its form is compiled, reviewed and published with it, or nothing is.

`ServicePage.save` calls `publish_form`, so every door leads through it: button, bulk, schedule,
workflow, copy, API, a revision gone back to. The other functions say the same in kinder places:
`form_errors` at the editor's blocks, `NotReadyToGoLive` wherever else somebody tried.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail.blocks import StreamBlockValidationError, StructBlockValidationError

from forms_builder.compiler import compile_form
from forms_builder.models import Form
from forms_builder.publishing import publish
from forms_builder.review import Fault, errors
from forms_builder.spec import FormSpec

if TYPE_CHECKING:
    from services_catalog.models import ServicePage
    from services_catalog.organisations.models import Organisation


class NotReadyToGoLive(ValidationError):
    """The page stays as it was; the message says what to put right."""

    def __init__(self, page: "ServicePage", faults: Iterable[Fault]) -> None:
        self.page = page
        self.faults = list(faults)
        super().__init__({"form_steps": [fault.message for fault in self.faults]})

    @property
    def sentence(self) -> str:
        return _("“%(page)s” was not published. Put right first: %(faults)s") % {
            "page": self.page.title,
            "faults": " ".join(fault.message for fault in self.faults),
        }


def compile_for(organisation: "Organisation | None", steps: Any, fee_lines: Any = ()) -> FormSpec:
    """The form as this organisation asks it: in its currency, with its registries."""
    if organisation is None:
        return compile_form(steps, fee_lines=fee_lines)
    return compile_form(steps, currency=organisation.currency, organisation=organisation.key, fee_lines=fee_lines)


def form_of(page: "ServicePage") -> FormSpec:
    """The page's form as it would be published now, with the fees it names."""
    return compile_for(page.department.organisation if page.department else None, page.form_steps, page.fee_lines)


def publish_form(page: "ServicePage") -> None:
    """Make the page's form the live one. Call it inside the transaction in which the page goes live.

    Raises:
        NotReadyToGoLive: when something must be put right first.
    """
    if not page.form_steps:
        # A page without questions only informs; what was asked before is not asked any more.
        Form.objects.filter(translation_key=page.translation_key).update(live_version=None)
        return
    spec = form_of(page)
    found = [*faults_of_page(page), *errors(spec)]
    if found:
        raise NotReadyToGoLive(page, found)
    publish(page.translation_key, spec)


def faults_of_page(page: "ServicePage") -> list[Fault]:
    """What a page with a form needs besides the form."""
    if page.form_steps and page.department_id is None:
        return [Fault(_("Choose the department that receives the requests."))]
    return []


def form_errors(
    value: Any, fee_lines: Any = (), organisation: "Organisation | None" = None
) -> dict[str, ValidationError]:
    """The faults of a form as errors of its StreamFields by name, each at the block it stands in."""
    messages: dict[str, list[str]] = {}
    for fault in errors(compile_for(organisation, value, fee_lines)):
        messages.setdefault(fault.block or "", []).append(fault.message)
    found = {}
    of_fees = _stream_errors(fee_lines, messages)
    if of_fees:
        found["fee_lines"] = StreamBlockValidationError(block_errors=of_fees)
    if messages:
        at_blocks = _stream_errors(value, messages)
        # What is left over belongs to no block.
        rest = [message for left in messages.values() for message in left]
        found["form_steps"] = StreamBlockValidationError(block_errors=at_blocks, non_block_errors=rest or None)
    return found


def together(missing: ValidationError, wrong: ValidationError) -> ValidationError:
    """Errors of the same blocks as one error, each message still at its block."""
    for kind in (StreamBlockValidationError, StructBlockValidationError):
        if isinstance(missing, kind) and isinstance(wrong, kind):
            at_blocks = dict(missing.block_errors)
            for place, error in wrong.block_errors.items():
                at_blocks[place] = together(at_blocks[place], error) if place in at_blocks else error
            rest = [*missing.non_block_errors, *wrong.non_block_errors]
            return kind(block_errors=at_blocks or None, non_block_errors=rest or None)
    return missing


def _stream_errors(value: Any, messages: dict[str, list[str]]) -> dict[int, ValidationError]:
    found: dict[int, ValidationError] = {}
    for at, child in enumerate(value):
        own = messages.pop(str(child.id or "-"), [])
        inner = _stream_errors(child.value["fields"], messages) if child.value.get("fields") else {}
        if own or inner:
            blocks = {"fields": StreamBlockValidationError(block_errors=inner)} if inner else None
            found[at] = StructBlockValidationError(block_errors=blocks, non_block_errors=own or None)
    return found
