"""How a form is walked through: its declaration is signed on the review page, below the answers.

Nobody should declare answers to be right before he has seen them together. Declarations of the last
step therefore move to the review page; what else that step asks stays a step of the wizard.
"""

from dataclasses import dataclass

from forms_builder.fields.base import field_type
from forms_builder.spec import FieldSpec, FormSpec, StepSpec

DECLARATION = "declaration"


@dataclass(frozen=True)
class Plan:
    """A form as the wizard shows it.

    Attributes:
        asked: the form without what is signed on the review page.
        signed: what is signed there, as a step of its own; None when nothing is.
    """

    asked: FormSpec
    signed: StepSpec | None


def plan_of(spec: FormSpec) -> Plan:
    """Split a form into the steps that ask and the declarations at its end."""
    if not spec.steps or not any(field.type == DECLARATION for field in spec.steps[-1].fields):
        return Plan(spec, None)
    last = spec.steps[-1]
    if all(_goes_with_a_declaration(field) for field in last.fields):
        return Plan(spec.model_copy(update={"steps": spec.steps[:-1]}), last)
    signed = last.model_copy(update={"fields": tuple(f for f in last.fields if f.type == DECLARATION)})
    asking = last.model_copy(update={"fields": tuple(f for f in last.fields if f.type != DECLARATION)})
    return Plan(spec.model_copy(update={"steps": (*spec.steps[:-1], asking)}), signed)


def _goes_with_a_declaration(field: FieldSpec) -> bool:
    kind = field_type(field.type)
    return field.type == DECLARATION or not (kind.has_answer or kind.checks)
