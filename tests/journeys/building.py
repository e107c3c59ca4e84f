"""How an editor builds a form from nothing: blocks are added, and what refers to a question is picked from lists."""

from dataclasses import dataclass

from django.utils.translation import override
from playwright.sync_api import Locator, expect

from forms_builder.fields import field_type
from tests.journeys.editing import Editor

LANGUAGE = "ar"


@dataclass
class Builder(Editor):
    """The editor of a page, new or not. Blocks are named as their inputs are, without `form_steps-`."""

    def begin(self, parent: int, *, title: str, summary: str, slug: str) -> None:
        """A new service page, at its form."""
        self.window.open(f"/admin/pages/add/services_catalog/servicepage/{parent}/")
        # Before the title, from which the editor, or its saving meanwhile, would make another one.
        self.show_tab(3)
        self.page.locator("[name=slug]").fill(slug)
        self.show_tab(0)
        self.page.locator("[name=title]").fill(title)
        self.page.locator("[name=summary]").fill(summary)
        self.show_form()

    def show_tab(self, place: int) -> None:
        self.page.locator("[role=tab]").nth(place).click()

    def add(self, stream: str, kind: str = "") -> str:
        """A block at the end of a list; the beginning of the names of its inputs. `kind` as the menu calls it."""
        prefix = f"form_steps-{stream}" if stream else "form_steps"
        count = self.page.locator(f'[name="{prefix}-count"]')
        place = int(count.input_value())
        children = self.page.locator(f'[name="{prefix}-count"] + div')
        children.locator("> div > .c-sf-add-button, > .c-sf-add-button").last.click()
        if kind:
            self.page.get_by_role("option", name=kind, exact=True).click()
        expect(count).to_have_value(str(place + 1))
        return f"{stream}-{place}-value" if stream else f"{place}-value"

    def add_step(self, ar: str, en: str) -> str:
        step = self.add("", "الخطوة")
        self.write(f"{step}-title", ar, en)
        return step

    def add_field(self, where: str, kind: str, ar: str, en: str) -> str:
        """A question of this type at the end of a step, or of a group."""
        with override(LANGUAGE):
            added = self.add(f"{where}-fields", str(field_type(kind).label))
        self.write(f"{added}-label", ar, en)
        return added

    def write(self, name: str, ar: str, en: str) -> None:
        self.input(f"{name}-ar").fill(ar)
        self.input(f"{name}-en").fill(en)
        self.input(f"{name}-en").blur()

    def options(self, field: str, *options: tuple[str, str, str]) -> None:
        """(Arabic, English, label of the other question's option it is offered for) of each option."""
        for place, (ar, en, parent) in enumerate(options):
            # A new list has its first entry already.
            option = f"{field}-options-{place}-value"
            if not self.input(f"{option}-label-ar").count():
                self.add(f"{field}-options")
            self.write(f"{option}-label", ar, en)
            if parent:
                self.pick(f"{option}-parent", parent)

    def list_of(self, name: str) -> Locator:
        """The list beside an input."""
        return self.page.locator(f'[id="form_steps-{name}-pick"]')

    def pick(self, name: str, label: str) -> None:
        picker = self.list_of(name)
        picker.focus()
        picker.select_option(label=label)

    def show_only_when(self, field: str, question: str, comparison: str, value: str) -> None:
        """One rule, in the settings of the question."""
        self.open_settings(field)
        self.block(field).locator('[data-contentpath="show_if"] [data-panel-toggle]').first.click()
        rule = self.add(f"{field}-show_if-rules", "قاعدة")
        self.pick(f"{rule}-field", question)
        self.input(f"{rule}-operator").select_option(label=comparison)
        self.pick(f"{rule}-value", value)

    def open_settings(self, field: str) -> None:
        self.block(field).locator('.w-panel__controls [aria-controls^="block_group-"]').first.click()

    def block(self, field: str) -> Locator:
        """The whole of a step, a question or an option."""
        name = f"form_steps-{field.removesuffix('-value')}-id"
        return self.page.locator("[data-streamfield-child]", has=self.page.locator(f'> [name="{name}"]'))

    def copy(self, field: str) -> None:
        self.block(field).locator('[data-streamfield-action="DUPLICATE"]').first.click()

    def move(self, field: str, step: str) -> None:
        """To the end of the step of this title, by keys alone."""
        self.block(field).locator("button:has(use[href='#icon-redirect'])").first.press("Enter")
        menu = self.block(field).locator(".diwan-move")
        menu.locator("select").select_option(label=step)
        menu.locator("button").press("Enter")
        expect(menu).to_have_count(0)

    def question(self, key: str) -> str:
        """The beginning of the names of the inputs of the question with this key."""
        names = self.page.evaluate(
            """key => [...document.querySelectorAll('input[name^="form_steps-"][name$="-value-key"]')]
            .filter(input => input.value === key && !input.closest('[aria-hidden="true"]')).map(input => input.name)""",
            key,
        )
        assert len(names) == 1, f"{key} stands {len(names)} times"
        return str(names[0]).removeprefix("form_steps-").removesuffix("-key")

    def open_step(self, place: int) -> None:
        self.block(f"{place}-value").locator("[data-panel-toggle]").first.click()
