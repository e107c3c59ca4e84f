"""What an editor puts a workflow together from."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.blocks import CodeBlock, LocalisedTextBlock
from forms_builder.fields.editing import KEY_PATTERN
from services_catalog.organisations.roles import role_choices
from services_catalog.processes.statuses import Status
from services_catalog.processes.targets import Unit
from services_catalog.processes.workflow import KIND_LABELS, Alarm, Kind, Measure, Place

UNITS = ((Unit.HOURS.value, _("working hours")), (Unit.DAYS.value, _("working days")))
PLACES = (
    (Place.STAYS.value, _("The department that has it already")),
    (Place.COMPETENT.value, _("The department that answers for the service")),
    (Place.NAMED.value, _("The department named below")),
)
ALARMS = (
    (Alarm.AMBER.value, _("Three quarters of the time are gone")),
    (Alarm.RED.value, _("The time is over")),
)
MEASURES = (
    (Measure.TELL.value, _("Tell")),
    (Measure.REASSIGN.value, _("Give it to somebody else")),
    (Measure.RAISE.value, _("Raise it to the authority above")),
)


def _roles(**kwargs: Any) -> blocks.MultipleChoiceBlock:
    return blocks.MultipleChoiceBlock(
        choices=role_choices, required=False, label=_("Who may"), widget=forms.CheckboxSelectMultiple, **kwargs
    )


class TargetBlock(blocks.StructBlock):
    """How long a stage may take."""

    amount = blocks.IntegerBlock(
        required=False, min_value=1, max_value=1_000, label=_("How many"), help_text=_("Empty: nothing is promised.")
    )
    unit = blocks.ChoiceBlock(
        choices=UNITS,
        default=Unit.DAYS.value,
        label=_("Counted in"),
        help_text=_("By the calendar of the organisation. The day of receipt does not count as a day."),
    )

    class Meta:
        label = _("Target")
        icon = "time"


class RungBlock(blocks.StructBlock):
    """One step of an escalation ladder."""

    alarm = blocks.ChoiceBlock(choices=ALARMS, default=Alarm.RED.value, label=_("When"))
    hours = blocks.IntegerBlock(
        required=False, default=0, min_value=0, max_value=500, label=_("and so many working hours later")
    )
    measure = blocks.ChoiceBlock(choices=MEASURES, default=Measure.TELL.value, label=_("What happens"))
    role = blocks.ChoiceBlock(
        choices=role_choices,
        required=False,
        label=_("To whom"),
        help_text=_("Empty: whoever is in charge of the request."),
    )

    class Meta:
        label = _("Step")
        icon = "warning"


class OutcomeBlock(blocks.StructBlock):
    """One way out of a stage."""

    label = LocalisedTextBlock(max_length=80, label=_("What staff press"))
    key = CodeBlock(
        regex=KEY_PATTERN,
        label=_("Key"),
        help_text=_("Stable name in history: Latin small letters, digits and _."),
    )
    target = CodeBlock(regex=KEY_PATTERN, label=_("Leads to"), help_text=_("Key of the stage it leads to."))
    kind = blocks.ChoiceBlock(
        choices=[(kind.value, label) for kind, label in KIND_LABELS.items()],
        default=Kind.MOVE.value,
        label=_("What it does"),
    )
    roles = _roles(help_text=_("Nothing chosen: everybody who processes requests of the department."))
    apart_from = blocks.ListBlock(
        CodeBlock(regex=KEY_PATTERN, required=False, label=_("Outcome")),
        default=[],
        label=_("Not the same person"),
        help_text=_("Keys of outcomes: whoever chose one of them on this request may not choose this one."),
    )
    needs_note = blocks.BooleanBlock(required=False, label=_("A note must be written"))
    needs_document = blocks.BooleanBlock(required=False, label=_("A file must be attached"))
    needs_checklist = blocks.BooleanBlock(required=False, label=_("Every document must be in order"))
    sets_amount = blocks.BooleanBlock(required=False, label=_("Sets the amount to be paid"))
    needs_amount = blocks.BooleanBlock(required=False, label=_("The amount must have been set"))
    issues = CodeBlock(
        regex=r"^[-a-zA-Z0-9_]+$",
        required=False,
        max_length=60,
        label=_("Issues a document"),
        help_text=_("Key of the template of the document; empty issues none."),
    )
    tells_citizen = blocks.BooleanBlock(required=False, label=_("The citizen is told"))

    class Meta:
        label = _("Outcome")
        label_format = "{key} → {target}"
        icon = "arrow-right"


class OutcomesBlock(blocks.StreamBlock):
    outcome = OutcomeBlock()


class StageBlock(blocks.StructBlock):
    """Where a request can stand."""

    label = LocalisedTextBlock(max_length=80, label=_("Name"))
    key = CodeBlock(
        regex=KEY_PATTERN,
        label=_("Key"),
        help_text=_("Stable name in history: Latin small letters, digits and _."),
    )
    status = blocks.ChoiceBlock(
        choices=Status.choices,
        label=_("State"),
        help_text=_("What citizens and reports see. The clock stands while the request waits for somebody outside."),
    )
    place = blocks.ChoiceBlock(choices=PLACES, default=Place.STAYS.value, label=_("Who has it"))
    department = CodeBlock(
        regex=r"^[-a-zA-Z0-9_]+$",
        required=False,
        label=_("Department"),
        help_text=_("Its key, where it is named here."),
    )
    roles = _roles(help_text=_("Whose work it is. Nothing chosen: everybody who processes requests there."))
    target = TargetBlock()
    checks_documents = blocks.BooleanBlock(
        required=False,
        label=_("The documents are checked one by one"),
        help_text=_("Against the documents that the service page asks for."),
    )
    ladder = blocks.ListBlock(RungBlock(), default=[], label=_("When it takes too long"))
    outcomes = OutcomesBlock(required=False, label=_("Outcomes"))

    class Meta:
        label = _("Stage")
        label_format = "{key}"
        icon = "tasks"


class StagesBlock(blocks.StreamBlock):
    stage = StageBlock()
