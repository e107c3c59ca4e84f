"""Where a person stands in a form: what he answered, which steps he is asked, how far he may go.

Worked out anew from the answers each time; nothing about the way is stored but which steps he has
continued from.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from forms_builder import route
from forms_builder.fields.asking import confirmed_answers
from forms_builder.fields.base import Context, field_type
from forms_builder.spec import FieldSpec, FormSpec, StepSpec
from service_requests.records.models import Attachment
from service_requests.wizard.plan import Plan, plan_of
from service_requests.wizard.storage import complete
from service_requests.wizard.uploads import by_place, with_files


class Journey:
    """One form, and what one draft of it holds."""

    def __init__(
        self,
        spec: FormSpec,
        data: dict[str, Any] | None,
        attachments: Iterable[Attachment],
        confirmed: Mapping[str, Any] | None = None,
    ) -> None:
        self.spec = spec
        # What the state vouches for: it counts, whatever the draft holds.
        self.confirmed = dict(confirmed or {})
        self.data = complete(data or {})
        self.attachments = list(attachments)

    @cached_property
    def plan(self) -> Plan:
        return plan_of(self.spec)

    @cached_property
    def files(self) -> dict[str, list[Any]]:
        """References to the files, by place."""
        return by_place(self.attachments)

    @cached_property
    def stored(self) -> dict[str, Any]:
        """Every answer that is kept, those of hidden questions too."""
        return {**with_files(self.spec, self.data["extra_data"]["answers"], self.attachments), **self.confirmed}

    @cached_property
    def answers(self) -> dict[str, Any]:
        """The answers that count."""
        return route.effective_answers(self.spec, self.stored)

    @cached_property
    def steps(self) -> list[StepSpec]:
        """The steps that are asked, without the review."""
        return route.steps(self.plan.asked, self.stored)

    def known_to_the_state(self, context: Context) -> "Journey":
        """The same draft, with the state's word in the place of what was typed before it was given."""
        confirmed = confirmed_answers(self.spec.fields(), context)
        return Journey(self.spec, self.data, self.attachments, confirmed) if confirmed else self

    def told_to(self, context: Context) -> Context:
        """What forms of this draft may know: its answers, and the checks it has passed."""
        return replace(context, answers=self.answers, passed=self.data["extra_data"]["passed"])

    def unpassed(self, context: Context) -> list[FieldSpec]:
        """Checks that are asked for and were not passed."""
        context = self.told_to(context)
        return [
            field
            for step in self.steps
            for field in route.shown_fields(step, self.answers)
            if field_type(field.type).checks and field_type(field.type).is_asked(field, context)
        ]

    @property
    def total(self) -> int:
        """How many pages there are, the review included; no review follows an ending."""
        return len(self.steps) + (0 if self.ending else 1)

    @property
    def ending(self) -> StepSpec | None:
        """The page that says why nobody can apply with these answers."""
        return self.steps[-1] if self.steps and self.steps[-1].ends else None

    def step(self, key: str) -> StepSpec | None:
        return next((step for step in self.steps if step.key == key), None)

    def position(self, key: str) -> int:
        """1 for the first step; the review's when the step is not asked."""
        return next((place for place, step in enumerate(self.steps, 1) if step.key == key), self.total)

    def is_done(self, step: StepSpec) -> bool:
        """Whether he continued from it and nothing in it is missing or wrong now."""
        continued = not step.ends and self.data["extra_data"]["done"].get(step.key)
        return bool(continued) and not route.missing(step, self.answers) and not self.wrong_in(step)

    def wrong_in(self, step: StepSpec) -> list[str]:
        """Shown questions whose typed value is not an answer, whatever was answered before."""
        wrong = self.data["extra_data"]["wrong"].get(step.key)
        if not wrong:
            return []
        shown = (field.key for field in route.shown_fields(step, self.answers))
        return [key for key in shown if key in wrong and key not in self.confirmed]

    @property
    def has_wrong_answers(self) -> bool:
        return any(self.wrong_in(step) for step in self.steps)

    @cached_property
    def first_open(self) -> StepSpec | None:
        """The first step that is not done; None when only the review is left."""
        return next((step for step in self.steps if not self.is_done(step)), None)

    @property
    def may_review(self) -> bool:
        """Whether he has been through every step; what is missing now is shown on the review."""
        if not self.steps or self.ending:
            return False
        return all(self.data["extra_data"]["done"].get(step.key) for step in self.steps)

    def may_visit(self, key: str) -> bool:
        """Done steps and the first that is not; never further."""
        furthest = self.total if self.may_review or not self.first_open else self.position(self.first_open.key)
        return self.step(key) is not None and self.position(key) <= furthest

    def after(self, key: str) -> StepSpec | None:
        """The step that follows; None when the review does."""
        place = self.position(key)
        return self.steps[place] if place < len(self.steps) else None

    def before(self, key: str) -> StepSpec | None:
        place = self.position(key)
        return self.steps[place - 2] if place > 1 else None
