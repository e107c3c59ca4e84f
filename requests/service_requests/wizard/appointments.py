"""The appointments that a draft asks for: held when a step is saved, settled when it is sent.

A form only says which times there are (`forms_builder.fields.appointment`); that a time is somebody's is
written here, in the transaction that saves his step.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError

from forms_builder import ports
from forms_builder.fields.appointment import TAKEN, start_of, taken
from forms_builder.route import shown_fields, steps
from forms_builder.spec import FieldSpec, FormSpec
from home.accounts.models import User
from service_requests.appointments import booking
from service_requests.appointments.booking import Wish
from service_requests.wizard.models import Draft
from service_requests.wizard.posted import CONTINUE, SAVE
from service_requests.wizard.posting import StepPost

APPOINTMENT = "appointment"
# What is pressed to keep what was chosen. In passing, somebody may only be looking at other times.
_HOLDS = frozenset({CONTINUE, SAVE})


def appointments_in(fields: Iterable[FieldSpec]) -> list[FieldSpec]:
    return [field for field in fields if field.type == APPOINTMENT]


def has_appointments(spec: FormSpec) -> bool:
    return bool(appointments_in(spec.fields()))


def hold_chosen(draft: Draft, post: StepPost, *, by: User) -> None:
    """Hold the times chosen in a step. One that is not to be had any more becomes an error of the step.

    Call it before the step is saved, in the same transaction.
    """
    asked = appointments_in(post.step.fields)
    if not asked or post.posted.action not in _HOLDS:
        booking.extend(draft.holder)
        return
    if not draft._state.adding:
        # The draft first, then slots, as sending does it: nobody waits in a ring.
        list(Draft.objects.select_for_update().filter(pk=draft.pk).values_list("pk"))
    answers, wrong = post.form.answers(), post.form.errors
    wishes = {field.key: wish_of(answers.get(field.key)) for field in asked if field.key not in wrong}
    for key in booking.hold(draft.holder, wishes, by=by):
        field = next(field for field in asked if field.key == key)
        post.form.refuse(key, ValidationError(taken(field), code=TAKEN))


def hold_what_is_sent(draft: Draft, spec: FormSpec, answers: Mapping[str, Any], *, by: User) -> list[FieldSpec]:
    """Hold everything that is about to be sent, give back the rest; the questions whose time is lost."""
    asked = appointments_in(spec.fields())
    if not asked:
        return []
    wishes = {field.key: wish_of(answers.get(field.key)) for field in asked}
    lost = booking.hold(draft.holder, wishes, by=by)
    return [field for field in asked if field.key in lost]


def lost_in(draft: Draft, spec: FormSpec, answers: Mapping[str, Any]) -> set[str]:
    """Shown questions whose time somebody else has taken since it was chosen."""
    shown = [field for step in steps(spec, answers) for field in appointments_in(shown_fields(step, answers))]
    return {field.key for field in shown if is_lost(field, answers.get(field.key), draft.holder)}


def is_lost(field: FieldSpec, answer: Any, holder: str) -> bool:
    start = start_of(answer)
    if start is None:
        return False
    return start not in ports.calendars().openings(str(field.settings.get("calendar", "")), holder).free


def wish_of(answer: Any) -> Wish | None:
    start = start_of(answer)
    return Wish(str(answer["calendar"]), start) if start else None
