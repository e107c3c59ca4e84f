"""A draft and the newer version of its form: what would become of it, and the move itself.

What fits is decided in `forms_builder.moving`; this module adds what only a draft has: what was typed
and is no answer yet, which steps are done, and files. The page of the update uses it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from forms_builder import route
from forms_builder.fields.base import Context, field_type
from forms_builder.fields.group import Group
from forms_builder.models import FormVersion
from forms_builder.moving import Moved, move
from forms_builder.spec import FieldSpec, FormSpec, StepSpec
from service_requests.wizard.journey import Journey
from service_requests.wizard.models import Draft
from service_requests.wizard.plan import plan_of
from service_requests.wizard.posted import SHOWN, is_filled
from service_requests.wizard.storage import empty
from service_requests.wizard.uploads import file_ids, remove

Data = dict[str, Any]
Typed = dict[str, list[str]]


@dataclass(frozen=True)
class LostText:
    """What was typed for a question that is gone, and was no answer yet."""

    step: StepSpec
    field: FieldSpec
    text: str


@dataclass(frozen=True)
class Move:
    """A move that is looked at before it is made.

    Attributes:
        moved: what becomes of the answers.
        lost: texts that stay behind with their questions.
        data: the draft's data after the move.
    """

    moved: Moved
    lost: list[LostText]
    data: Data


def planned(journey: Journey, new: FormSpec, context: Context) -> Move:
    """What moving this draft to `new` would come to; nothing is written."""
    moved = move(journey.spec, new, journey.stored, context)
    data = {**empty(), "extra_data": {**empty()["extra_data"], "answers": moved.answers}}
    extra, before = data["extra_data"], journey.data["extra_data"]
    extra["row_serials"] = before["row_serials"]
    groups = {field.key for field in new.fields() if field.type == Group.key}
    extra["open_rows"] = {group: row for group, row in before["open_rows"].items() if group in groups}
    lost = list(_take_typed(journey, new, data))
    for one in moved.unfinished:
        _mark(data, one.step.key, one.field.key, {}, [one.field.key])
    extra["done"] = _done(journey, new, moved)
    return Move(moved, lost, data)


def make(draft: Draft, version: FormVersion, planned: Move) -> bool:
    """Move the draft as planned, by a conditional UPDATE: not when anything was saved since it was read.

    Files of answers that are dropped are deleted; the person has been shown them.
    """
    now = timezone.now()
    with transaction.atomic():
        moved = Draft.objects.filter(
            pk=draft.pk, revision=draft.revision, form_version=draft.form_version_id, closed_at=None
        ).update(data=planned.data, form_version=version, revision=draft.revision + 1, updated_at=now)
        if not moved:
            return False
        kept = set(file_ids(list(planned.data["extra_data"]["answers"].values())))
        remove(draft, {gone for one in planned.moved.dropped for gone in file_ids([one.answer])} - kept)
    return True


def _take_typed(journey: Journey, new: FormSpec, data: Data) -> Iterator[LostText]:
    """Take over what was typed and is no answer yet; yield what has no question to go to."""
    places = {field.key: (step, field) for step in new.steps for field in step.fields}
    for step in journey.spec.steps:
        typed: Mapping[str, list[str]] = journey.data["step_data"].get(step.key) or {}
        for key in journey.data["extra_data"]["wrong"].get(step.key) or ():
            was = step.field(key)
            own = {name: texts for name, texts in typed.items() if name.removeprefix(f"{SHOWN}.").split(".")[0] == key}
            if was is None or not (own or key in journey.files):
                continue
            goes_to, now = places.get(key, (None, None))
            if goes_to is not None and now is not None and now.type == was.type:
                tokens = [token for token in _tokens(typed) if token.partition("=")[0] == key]
                _mark(data, goes_to.key, key, own, tokens or [key])
            elif is_filled(own):
                texts = (text for name, texts in own.items() if not name.startswith(SHOWN) for text in texts)
                yield LostText(step, was, "\n".join(text for text in texts if text.strip()))


def _tokens(typed: Mapping[str, list[str]]) -> list[str]:
    return " ".join(typed.get(SHOWN, [])).split()


def _mark(data: Data, step: str, key: str, typed: Mapping[str, list[str]], tokens: list[str]) -> None:
    """Have this question corrected: it stands as it was typed, the others of the page as they are stored."""
    wrong = data["extra_data"]["wrong"].setdefault(step, [])
    if key not in wrong:
        wrong.append(key)
    page: Typed = data["step_data"].setdefault(step, {})
    page.update(typed)
    page[SHOWN] = [" ".join(dict.fromkeys([*_tokens(page), *tokens]))]


def _done(journey: Journey, new: FormSpec, moved: Moved) -> dict[str, bool]:
    """Steps that need not be looked at again: he went on from all they ask, and nothing in them is new."""
    before = journey.data["extra_data"]["done"]
    seen = {field.key for step in journey.spec.steps if before.get(step.key) for field in step.fields}
    seen -= {(one.group or one.field).key for one in moved.new}
    effective = route.effective_answers(new, moved.answers)
    done = {}
    for step in plan_of(new).asked.steps:
        asked = {field.key for field in route.shown_fields(step, effective) if field_type(field.type).has_answer}
        computed = {field.key for field in step.fields if field_type(field.type).computes}
        if asked - computed <= seen if asked - computed else before.get(step.key):
            done[step.key] = True
    return done
