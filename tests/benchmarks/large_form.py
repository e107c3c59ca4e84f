"""A form of three hundred questions over fifteen steps with fifty conditions: compiled, shown, saved.

Beside each figure stands the same work for a tenth of the form, because time has to grow with the form and
no faster; and for a step save what Open Forms took for one check of its logic on such a form.
"""

from collections.abc import Iterator
from typing import Any

from django.core.handlers.wsgi import WSGIHandler

from forms_builder.blocks import FormStepsBlock
from forms_builder.compiler import compile_form
from forms_builder.models import FormVersion
from forms_builder.review import errors
from forms_builder.spec import FormSpec
from service_requests.wizard.models import Draft
from services_catalog.models import ServicePage
from tests.benchmarks.report import Row, at_most, queries
from tests.benchmarks.stage import Stage
from tests.benchmarks.stopwatch import race
from tests.benchmarks.visitor import Answer, Visitor, expect
from tests.factories import DepartmentFactory, FormVersionFactory, ServicePageFactory, UserFactory
from tests.forms_builder.samples import TWO, condition, field, step

STEPS, QUESTIONS, CONDITIONS = 15, 20, 50
# Of 300 questions, the conditions' share in the form of a tenth.
SHORT_STEPS, SHORT_QUESTIONS, SHORT_CONDITIONS = 3, 10, 5
# One check of the logic of such a form by Open Forms, in seconds, measured once on two shared cores like these.
OPEN_FORMS = 0.274
TURNS, COMPILING_TURNS = 40, 15
BLOCK = FormStepsBlock()


def measure(application: WSGIHandler, stage: Stage) -> Iterator[Row]:
    long, short = raw(STEPS, QUESTIONS, CONDITIONS), raw(SHORT_STEPS, SHORT_QUESTIONS, SHORT_CONDITIONS)
    yield from _compiling(long, short)
    yield from _filling(application, compiled(long), compiled(short))


def raw(steps: int, questions: int, conditions: int) -> list[dict[str, Any]]:
    """The blocks as the editor stores them; conditions read questions of the step and of steps before."""
    left = conditions
    made = []
    for number in range(steps):
        fields = [field("one_of", f"kind_{number}", options=TWO)]
        for place in range(1, questions):
            more: dict[str, Any] = {}
            # The same number in each step; what is left over stands in the first ones.
            if place <= conditions // steps + (number < conditions % steps) and left:
                earlier = ("kind_0", "equals", "a") if number else (f"kind_{number}", "equals", "b")
                more["show_if"] = condition((f"kind_{number}", "one_of", "a,b"), earlier, match="any")
                left -= 1
            fields.append(field("short_text", f"text_{number}_{place}", **more))
        made.append(step(f"step{number}", *fields))
    assert left == 0
    return made


def compiled(blocks: list[dict[str, Any]]) -> FormSpec:
    return compile_form(BLOCK.to_python(blocks))


def _compiling(long: Any, short: Any) -> Iterator[Row]:
    form, part = compiled(long), compiled(short)
    stored, stored_part = form.model_dump(mode="json"), part.model_dump(mode="json")
    size = len(list(form.fields())) / len(list(part.fields()))
    what = f"form of {STEPS * QUESTIONS} questions over {STEPS} steps"
    small_one = f"{size:.0f} × {SHORT_STEPS * SHORT_QUESTIONS} questions"
    for name, ours, tenth in (
        ("compile", lambda: compiled(long), lambda: compiled(short)),
        ("review", lambda: errors(form), lambda: errors(part)),
        ("read back", lambda: FormSpec.model_validate(stored), lambda: FormSpec.model_validate(stored_part)),
    ):
        timings = race({"long": ours, "short": tenth}, turns=COMPILING_TURNS, warm_up=2)
        # Review looks for ways through the form, which are more than the questions.
        goal = 4 if name == "review" else 2
        yield at_most(f"{what}, {name}", timings["long"].typical, timings["short"].typical * size, small_one, goal)


class Filler:
    """Somebody who has filled in everything and saves one step in the middle again and again."""

    def __init__(self, application: WSGIHandler, form: FormSpec) -> None:
        department = DepartmentFactory()
        self.service: ServicePage = ServicePageFactory(value=None, department=department)
        version: FormVersion = FormVersionFactory(
            form__translation_key=self.service.translation_key, value=form, live=True
        )
        self.visitor = Visitor(application, UserFactory(citizen=True))
        self.form = form
        self.step = form.steps[len(form.steps) // 2]
        everything = {key: text for part in form.steps for key, text in self.answers(part).items()}
        Draft.objects.create(
            applicant=self.visitor.user,
            service=self.service,
            form_version=version,
            language="ar",
            data={"extra_data": {"answers": everything, "done": {part.key: True for part in form.steps}}},
        )
        self.address = f"/ar/apply/{self.service.slug}/steps/{self.step.key}/"
        self.shown = self.show().hidden_inputs()
        self.save()
        self.shown = self.show().hidden_inputs()

    def answers(self, part: Any) -> dict[str, str]:
        return {field.key: "a" if field.type == "one_of" else f"جواب {field.key}" for field in part.fields}

    def show(self) -> Answer:
        return expect(200, self.visitor.get(self.address))

    def save(self) -> Answer:
        typed = {**self.shown, **self.answers(self.step), "do": "continue"}
        return expect(303, self.visitor.post(self.address, typed))

    def change(self) -> Answer:
        """What a changed answer does that others depend on: the step comes back with what is asked now."""
        typed = {**self.shown, **self.answers(self.step), "do": f"update:{self.step.fields[0].key}"}
        return expect(303, self.visitor.post(self.address, typed))

    def review(self) -> Answer:
        return expect(200, self.visitor.get(f"/ar/apply/{self.service.slug}/review/"))


def _filling(application: WSGIHandler, form: FormSpec, part: FormSpec) -> Iterator[Row]:
    alone = FormSpec(steps=(form.steps[0],))
    long, single = Filler(application, form), Filler(application, alone)
    timings = race(
        {
            "show": long.show,
            "save": long.save,
            "change": long.change,
            "review": long.review,
            "show alone": single.show,
            "save alone": single.save,
        },
        turns=TURNS,
    )
    of = f"of {STEPS * QUESTIONS} questions"
    step = f"step of {QUESTIONS} {of}"
    yield at_most(f"{step}, shown", timings["show"].typical, timings["show alone"].typical, "the step alone", 2)
    # Two of them for the header: the establishments he acts for, and how many messages he has not read.
    yield queries(f"{step}, shown", timings["show"].queries, timings["show alone"].queries, 10)
    yield at_most(f"{step}, {CONDITIONS} conditions, saved", timings["save"].typical, OPEN_FORMS, "Open Forms", 0.4)
    yield at_most(f"{step}, saved", timings["save"].typical, timings["save alone"].typical, "the step alone", 3)
    yield at_most(f"{step}, an answer changed", timings["change"].typical, OPEN_FORMS, "Open Forms", 0.4)
    yield queries(f"{step}, saved", timings["save"].queries, timings["save alone"].queries, 8)
    whole = timings["show alone"].typical * STEPS
    yield at_most(f"review {of}", timings["review"].typical, whole, f"{STEPS} steps alone", 1)
