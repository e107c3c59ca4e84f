"""The appointments that a draft asks for: held when a step is saved, settled when it is sent.

A form only says which times there are (`forms_builder.fields.appointment`); that a time is somebody's is
written here, in the transaction that saves his step.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cms.languages import in_language
from forms_builder import ports
from forms_builder.fields import field_type
from forms_builder.fields.appointment import TAKEN, start_of, taken
from forms_builder.forms import StepForm
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
    refuse_more_than_enough(post.form, asked, draft.applicant_id)
    answers, wrong = post.form.answers(), post.form.errors
    wishes = {field.key: wish_of(answers.get(field.key)) for field in asked if field.key not in wrong}
    for key in booking.hold(draft.holder, wishes, by=by):
        field = next(field for field in asked if field.key == key)
        post.form.refuse(key, ValidationError(taken(field), code=TAKEN))


def refuse_more_than_enough(form: StepForm, fields: Iterable[FieldSpec], person: Any) -> None:
    """An error at each time that is one more than this person may have."""
    fields = appointments_in(fields)
    if fields:
        for key, told in _enough_in(fields, form.answers(), person).items():
            form.refuse(key, ValidationError(told, code="enough"))


def hold_what_is_sent(draft: Draft, spec: FormSpec, answers: Mapping[str, Any], *, by: User) -> dict[str, str]:
    """Hold everything that is about to be sent, give back the rest; why not, by question, where it is not to be had."""
    asked = appointments_in(spec.fields())
    if not asked:
        return {}
    enough = _enough_in(asked, answers, draft.applicant_id)
    if enough:
        return enough
    wishes = {field.key: wish_of(answers.get(field.key)) for field in asked}
    lost = booking.hold(draft.holder, wishes, by=by)
    return {field.key: taken(field) for field in asked if field.key in lost}


def told_of_times(draft: Draft, spec: FormSpec, answers: Mapping[str, Any]) -> dict[str, str]:
    """What the review says of times that were chosen and cannot be sent, by question."""
    shown = _shown(spec, answers)
    lost = {
        field.key: _("%(question)s: choose another time, this one is not free any more")
        % {"question": in_language(field.label) or str(field_type(field.type).label)}
        for field in shown
        if is_lost(field, answers.get(field.key), draft.holder)
    }
    return lost | _enough_in(shown, answers, draft.applicant)


def lost_in(draft: Draft, spec: FormSpec, answers: Mapping[str, Any]) -> set[str]:
    """Shown questions whose time somebody else has taken since it was chosen."""
    return {field.key for field in _shown(spec, answers) if is_lost(field, answers.get(field.key), draft.holder)}


def is_lost(field: FieldSpec, answer: Any, holder: str) -> bool:
    start = start_of(answer)
    if start is None:
        return False
    return start not in ports.calendars().openings(str(field.settings.get("calendar", "")), holder).free


def wish_of(answer: Any) -> Wish | None:
    start = start_of(answer)
    return Wish(str(answer["calendar"]), start) if start else None


def _shown(spec: FormSpec, answers: Mapping[str, Any]) -> list[FieldSpec]:
    return [field for step in steps(spec, answers) for field in appointments_in(shown_fields(step, answers))]


def _enough_in(fields: Iterable[FieldSpec], answers: Mapping[str, Any], person: Any) -> dict[str, str]:
    wishes = [(field, wish_of(answers.get(field.key))) for field in fields]
    return {field.key: _enough(field) for field, wish in wishes if wish and booking.has_enough(person, wish.calendar)}


def _enough(field: FieldSpec) -> str:
    return ngettext(
        "%(question)s: you have %(number)s appointment to come here. Book another when it is over",
        "%(question)s: you have %(number)s appointments to come here. Book another when one of them is over",
        booking.MOST_COMING,
    ) % {"question": in_language(field.label) or str(field_type(field.type).label), "number": booking.MOST_COMING}
