"""Filling any service in, page after page, as its published form asks: what the content files hold is enough."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.html import strip_tags
from playwright.sync_api import Locator, Page, expect

from forms_builder.fields import Context, field_type
from forms_builder.route import effective_answers, shown_fields, steps
from forms_builder.spec import FieldSpec, FormSpec, StepSpec
from tests.journeys.browsing import Window
from tests.journeys.papers import photo
from tests.journeys.portal import Portal
from tests.services_catalog.content_files import FILES, body_of, form_of
from tests.services_catalog.walks import FILE, FIRST_WALKS, answers_of, inputs_of

CONTINUE = "button[name=do][value=continue]:not([aria-hidden])"
# Letters of a day in the value of a time.
DAY = len("2026-11-21")
SEND = "form[data-sends-once] button[type=submit]"
_FREE_ENTRIES = """
from services_catalog.registries.models import RegistryEntry
RegistryEntry.objects.exclude(used_by="").update(used_by="")
"""


def entries_are_free(portal: Portal) -> None:
    """Walks take the first entry of a register; another journey of this portal may have used it up."""
    portal.shell(_FREE_ENTRIES)


@dataclass
class Filler:
    """One person at one window, and the answers he will give.

    Attributes:
        look: called at every step when it is filled, before he goes on.
        booked: when the appointment starts that he wants, or has chosen.
    """

    window: Window
    slug: str
    spec: FormSpec
    answers: Mapping[str, Any]
    context: Context
    papers: Path
    look: Callable[[], None] = field(default=lambda: None)
    booked: str = ""

    @classmethod
    def of(cls, window: Window, slug: str, papers: Path) -> "Filler":
        """For a service of the content files and the answers of its walk; call it where registries are at hand."""
        spec, country = form_of(FILES[slug]), body_of(FILES[slug])["country"]
        answers = answers_of(spec, FIRST_WALKS[slug])
        return cls(window, slug, spec, answers, Context(language="ar", country=country), papers)

    @property
    def page(self) -> Page:
        return self.window.page

    def begin(self) -> None:
        """From the page of the service, by its button."""
        self.window.open(f"/{self.context.language}/services/{self.slug}/")
        self.window.press(self.page.locator("a.button--start").first)

    def fill_in(self) -> None:
        """From the first step to the review."""
        for step in self.steps():
            self.fill(step)
            self.look()
            self.go_on()
        self.is_reviewing()

    def fill_in_until(self, question: FieldSpec) -> None:
        """From the first step to the one of this question, where nothing is filled in yet."""
        for step in self.steps():
            if question in step.fields:
                self.is_at(step)
                return
            self.fill(step)
            self.go_on()

    def steps(self) -> list[StepSpec]:
        """Those that are pages of their own: a declaration is signed with the review."""
        signed = ("declaration", "content")
        found = steps(self.spec, self.answers)
        return [step for step in found if not all(question.type in signed for question in step.fields)]

    def question(self, kind: str) -> FieldSpec:
        """The first question of a type."""
        return next(question for question in self.spec.fields() if question.type == kind)

    def is_at(self, step: StepSpec) -> None:
        expect(self.page).to_have_url(re.compile(f"/apply/(for/[^/]+/)?{self.slug}/steps/{step.key}/"))

    def fill(self, step: StepSpec) -> None:
        self.is_at(step)
        for question in shown_fields(step, effective_answers(self.spec, self.answers)):
            self._answer(question)

    def go_on(self) -> None:
        self.window.press(self.page.locator(CONTINUE))

    def is_reviewing(self) -> None:
        expect(self.page).to_have_url(re.compile(f"/apply/(for/[^/]+/)?{self.slug}/review/"))

    def sign_and_send(self) -> str:
        """The number of the request."""
        self.sign()
        self.window.press(self.page.locator(SEND))
        return self.page.locator("#request-number").inner_text()

    def sign(self) -> None:
        for box in self.page.locator("form[data-sends-once] input[type=checkbox]").all():
            self.window.tick(box)

    def find(self, question: FieldSpec, typed: Mapping[str, str]) -> None:
        """Type the numbers of an entry and press the button that looks it up."""
        for name, text in typed.items():
            self.window.write(self.page.locator(f'[name="{name}"]'), text)
        self.window.press(self.page.locator(f'button[name=do][value="find:{question.key}"]'))

    def book(self, question: FieldSpec, start: str = "") -> str:
        """Choose a day from the list, then a time of it; returns when it starts, as its input says.

        Without a wish, the first time of a day in the middle: which are free is the portal's to say.
        """
        days = self.page.locator(f'select[name="{question.key}.day"]')
        listed = days.locator("option").evaluate_all("options => options.map(option => option.value)")
        day = start[:DAY] or listed[len(listed) // 2]
        days.select_option(day)
        time = self.page.locator(f'[name="{question.key}.time"][value^="{start or day}"]').first
        # The day that is laid out first is open.
        expect(time).to_be_visible()
        time.check()
        return str(time.get_attribute("value"))

    def _answer(self, question: FieldSpec) -> None:
        answer = self.answers.get(question.key)
        if question.fields:
            for number, row in enumerate(answer or (), start=1):
                self._add_row(question, row, number)
        elif question.type == "appointment":
            self.booked = self.book(question, self.booked)
        elif question.type == "lookup":
            self.find(question, inputs_of([question], self.answers, self.context))
            self.is_found(question, answer)
        else:
            for name, value in inputs_of([question], self.answers, self.context).items():
                self._give(name, value)

    def is_found(self, question: FieldSpec, answer: Mapping[str, Any]) -> None:
        """The card tells of the entry what the answer says."""
        card = self.page.locator(".lookup__found")
        facts = field_type(question.type).facts(question, answer, self.context.language)  # type: ignore[attr-defined]
        for _label, told in facts:
            expect(card).to_contain_text(strip_tags(told))

    def _add_row(self, group: FieldSpec, row: Mapping[str, Any], number: int) -> None:
        self.page.locator(f'button[name=do][value="row-add:{group.key}"]').click()
        for name, value in inputs_of(group.fields, row, self.context, f"{group.key}.r{number}.").items():
            self._give(name, value)
        self.page.locator(f'button[name=do][value="row-save:{group.key}"]').click()
        expect(self.page.locator(".repeat-list__name").nth(number - 1)).to_be_visible()

    def _give(self, name: str, value: Any) -> None:
        inputs = self.page.locator(f'[name="{name}"]')
        expect(inputs.first).to_be_attached()
        if value == FILE:
            paper = photo(self.papers, f"{name.replace('.', '-')}.png")
            inputs.set_input_files(paper)
            expect(self.page.locator(".file__name", has_text=paper.name)).to_be_visible()
            return
        for one in value if isinstance(value, list) else [value]:
            self._put(inputs, str(one))

    def _put(self, inputs: Locator, text: str) -> None:
        kind = inputs.first.evaluate("element => element.localName === 'select' ? 'select' : element.type")
        if kind in ("radio", "checkbox"):
            inputs.and_(inputs.page.locator(f'[value="{text}"]')).check()
        elif kind == "select":
            inputs.select_option(text)
        elif kind == "hidden":
            expect(inputs).to_have_value(text)
        else:
            self.window.write(inputs, text)
