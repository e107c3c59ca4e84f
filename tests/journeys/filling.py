"""Filling any service in, page after page, as its published form asks: what the content files hold is enough."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from forms_builder.fields.base import Context
from forms_builder.route import effective_answers, shown_fields, steps
from forms_builder.spec import FieldSpec, FormSpec, StepSpec
from tests.journeys.browsing import Window
from tests.journeys.papers import photo
from tests.services_catalog.walks import FILE, inputs_of, with_files

CONTINUE = "button[name=do][value=continue]:not([aria-hidden])"


@dataclass
class Filler:
    """One person at one window, and the answers he will give."""

    window: Window
    slug: str
    spec: FormSpec
    answers: Mapping[str, Any]
    context: Context
    papers: Path

    def __post_init__(self) -> None:
        self.answers = with_files(self.spec, self.answers)

    @property
    def page(self) -> Page:
        return self.window.page

    def fill_in(self) -> None:
        """From the first step to the review."""
        for step in steps(self.spec, self.answers):
            if all(field.type in ("declaration", "content") for field in step.fields):
                continue  # signed on the review page
            expect(self.page).to_have_url(re.compile(f"/apply/{self.slug}/steps/{step.key}/"))
            shown = shown_fields(step, effective_answers(self.spec, self.answers))
            for field in shown:
                self._answer(step, field)
            self.page.locator(CONTINUE).click()
        expect(self.page).to_have_url(re.compile(f"/apply/{self.slug}/review/"))

    def sign_and_send(self) -> str:
        """The number of the request."""
        for box in self.page.locator("form[data-sends-once] input[type=checkbox]").all():
            box.check()
        self.page.locator("form[data-sends-once] button[type=submit]").click()
        return self.page.locator("#request-number").inner_text()

    def _answer(self, step: StepSpec, field: FieldSpec) -> None:
        if field.fields:
            for number, row in enumerate(self.answers.get(field.key, ()), start=1):
                self._add_row(field, row, number)
            return
        for name, value in inputs_of([field], self.answers, self.context).items():
            self._give(name, value)

    def _add_row(self, group: FieldSpec, row: Mapping[str, Any], number: int) -> None:
        self.page.locator(f'button[name=do][value="row-add:{group.key}"]').click()
        files = {field.key: FILE for field in group.fields if field.type == "files"}
        for name, value in inputs_of(group.fields, {**row, **files}, self.context, f"{group.key}.r{number}.").items():
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
    else:
        inputs.fill(text)
