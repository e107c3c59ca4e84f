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
from tests.services_catalog.walks import FILE, inputs_of

CONTINUE = "button[name=do][value=continue]:not([aria-hidden])"
SEND = "form[data-sends-once] button[type=submit]"


@dataclass
class Filler:
    """One person at one window, and the answers he will give.

    Attributes:
        look: called at every step when it is filled, before he goes on.
    """

    window: Window
    slug: str
    spec: FormSpec
    answers: Mapping[str, Any]
    context: Context
    papers: Path
    look: Callable[[], None] = field(default=lambda: None)

    @property
    def page(self) -> Page:
        return self.window.page

    def begin(self) -> None:
        """From the page of the service, by its button."""
        self.window.open(f"/{self.context.language}/services/{self.slug}/")
        self.page.locator("a.button--start").first.click()

    def fill_in(self) -> None:
        """From the first step to the review."""
        for step in steps(self.spec, self.answers):
            if all(question.type in ("declaration", "content") for question in step.fields):
                continue  # signed on the review page
            self.fill(step)
            self.look()
            self.go_on()
        self.is_reviewing()

    def fill(self, step: StepSpec) -> None:
        expect(self.page).to_have_url(re.compile(f"/apply/{self.slug}/steps/{step.key}/"))
        for question in shown_fields(step, effective_answers(self.spec, self.answers)):
            self._answer(question)

    def go_on(self) -> None:
        self.page.locator(CONTINUE).click()

    def is_reviewing(self) -> None:
        expect(self.page).to_have_url(re.compile(f"/apply/{self.slug}/review/"))

    def sign_and_send(self) -> str:
        """The number of the request."""
        self.sign()
        self.page.locator(SEND).click()
        return self.page.locator("#request-number").inner_text()

    def sign(self) -> None:
        for box in self.page.locator("form[data-sends-once] input[type=checkbox]").all():
            box.check()

    def find(self, question: FieldSpec, typed: Mapping[str, str]) -> None:
        """Type the numbers of an entry and press the button that looks it up."""
        for name, text in typed.items():
            self.page.locator(f'[name="{name}"]').fill(text)
        self.page.locator(f'button[name=do][value="find:{question.key}"]').click()

    def book(self, question: FieldSpec, place: int = 0) -> str:
        """Choose a day from the list, then a free time of it; `place` counts those. What was chosen, as its input says.

        Which times are free is the portal's to say.
        """
        days = self.page.locator(f'select[name="{question.key}.day"]')
        values = days.locator("option").evaluate_all("options => options.map(option => option.value)")
        day = values[len(values) // 2]
        days.select_option(day)
        times = self.page.locator(f'[name="{question.key}.time"][value^="{day}"]')
        # A day that is laid out first is open.
        expect(times.first).to_be_visible()
        times.nth(place).check()
        return str(times.nth(place).get_attribute("value"))

    def _answer(self, question: FieldSpec) -> None:
        answer = self.answers.get(question.key)
        if question.fields:
            for number, row in enumerate(answer or (), start=1):
                self._add_row(question, row, number)
        elif question.type == "appointment":
            self.book(question)
        elif question.type == "lookup":
            self.find(question, inputs_of([question], self.answers, self.context))
            self._is_found(question, answer)
        else:
            for name, value in inputs_of([question], self.answers, self.context).items():
                self._give(name, value)

    def _is_found(self, question: FieldSpec, answer: Mapping[str, Any]) -> None:
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
            _put(inputs, str(one))


def _put(inputs: Locator, text: str) -> None:
    kind = inputs.first.evaluate("element => element.localName === 'select' ? 'select' : element.type")
    if kind in ("radio", "checkbox"):
        inputs.and_(inputs.page.locator(f'[value="{text}"]')).check()
    elif kind == "select":
        inputs.select_option(text)
    elif kind == "hidden":
        expect(inputs).to_have_value(text)
    else:
        inputs.fill(text)
