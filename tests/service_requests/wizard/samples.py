"""A form that has everything the wizard must cope with, and what a browser sends for it."""

import io
import re
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from PIL import Image

from forms_builder.spec import FieldSpec, FormSpec, Option, StepSpec
from tests.factories import national_id


def both(words: str) -> dict[str, str]:
    return {"ar": f"{words} ع", "en": words}


def options(*values: str, parent: str = "") -> tuple[Option, ...]:
    return tuple(Option(value=value, label=both(value), parent=parent) for value in values)


FILE = {"kinds": ["pdf", "jpg", "png"], "max_megabytes": 1, "max_files": 1}

VISIT = FormSpec(
    steps=(
        StepSpec(
            key="applicant",
            title=both("Applicant"),
            fields=(
                FieldSpec(key="name", type="full_name", label=both("Full name")),
                FieldSpec(key="mobile", type="phone", label=both("Mobile")),
                FieldSpec(key="kind", type="one_of", label=both("Kind"), options=options("public", "person")),
                FieldSpec(
                    key="employer",
                    type="short_text",
                    label=both("Employer"),
                    show_if={"===": [{"var": "kind"}, "public"]},
                ),
            ),
        ),
        StepSpec(
            key="visit",
            title=both("Visit"),
            fields=(
                FieldSpec(key="party", type="one_of", label=both("Party"), options=options("office", "branch")),
                FieldSpec(
                    key="unit",
                    type="dependent_choice",
                    label=both("Unit"),
                    options=options("rights", "visits", parent="office") + options("east", parent="branch"),
                    settings={"depends_on": "party"},
                ),
                FieldSpec(key="subject", type="long_text", label=both("Subject")),
                FieldSpec(key="letter", type="files", label=both("Letter"), settings=FILE),
            ),
        ),
        StepSpec(
            key="company",
            title=both("Company"),
            fields=(
                FieldSpec(
                    key="companions",
                    type="group",
                    label=both("Companions"),
                    required=False,
                    settings={"most": 3, "item": both("companion")},
                    fields=(
                        FieldSpec(key="who", type="short_text", label=both("Name")),
                        FieldSpec(key="proof", type="files", label=both("Proof"), settings=FILE),
                    ),
                ),
                FieldSpec(
                    key="more",
                    type="files",
                    label=both("More"),
                    required=False,
                    settings={**FILE, "max_files": 2},
                ),
            ),
        ),
        StepSpec(
            key="declaration",
            title=both("Declaration"),
            fields=(
                FieldSpec(
                    key="honest", type="declaration", label=both("Declaration"), settings={"text": both("I am honest")}
                ),
            ),
        ),
    )
)

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n" \
      b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"  # fmt: skip


def picture(name: str = "id.png") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(out, format="PNG")
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/png")


def letter(name: str = "letter.png") -> SimpleUploadedFile:
    return picture(name)


APPLICANT = {"name": "أحمد محمد سالم اليامي", "mobile": "0501234567", "kind": "person", "shown": "name mobile kind"}
VISIT_ANSWERS = {
    "party": "office",
    "unit": "rights",
    "subject": "مناقشة صك",
    "shown": "party unit=office subject letter",
}
COMPANY = {"shown": "companions more"}


class Browser:
    """A person's browser without JavaScript: it sends back the hidden inputs of the page it was shown."""

    def __init__(self, client: Client, slug: str, language: str = "ar") -> None:
        self.client, self.slug, self.language = client, slug, language
        self.hidden: dict[str, str] = {}

    def address(self, step: str) -> str:
        return self.named("apply:step", self.slug, step)

    def named(self, name: str, *args: Any) -> str:
        """An address in this browser's language, whatever language an earlier request left behind."""
        with override(self.language):
            return reverse(name, args=args)

    def open(self, step: str, query: str = "") -> Any:
        return self._seen(self.client.get(self.address(step) + query))

    def send(self, step: str, answers: dict[str, Any], do: str = "continue", **more: Any) -> Any:
        """Send a page as it is shown now."""
        self.open(step)
        return self.send_as_shown(step, answers, do, **more)

    def send_as_shown(self, step: str, answers: dict[str, Any], do: str = "continue", **more: Any) -> Any:
        """Send the page that was opened before, however old it is; a step that is refused is shown again."""
        response = self.client.post(self.address(step), {**self.hidden, **answers, "do": do}, **more)
        if response.status_code == 303 and "check=1" in response.url:
            response = self.client.get(response.url)
        return self._seen(response)

    def _seen(self, response: Any) -> Any:
        if response.status_code in {200, 409} and not response.streaming:
            self.hidden = hidden_inputs(response.content.decode())
        return response

    def fill_in(self) -> None:
        """Every step, up to the review."""
        self.send("applicant", APPLICANT)
        self.send("visit", {**VISIT_ANSWERS, "letter": letter()})
        self.send("company", COMPANY)

    def review(self) -> Any:
        return self._seen(self.client.get(self.named("apply:review", self.slug)))

    def submit(self, **answers: Any) -> Any:
        """Send the application; where it is refused, the review says why."""
        sent = {**self.hidden, "honest": "on", **answers}
        response = self.client.post(self.named("apply:submit", self.slug), sent)
        refused = response.status_code == 303 and "check=1" in response.url
        return self._seen(self.client.get(response.url)) if refused else response


def hidden_inputs(html: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', html)
    return {name: value for name, value in found if name != "csrfmiddlewaretoken"}


__all__ = ["APPLICANT", "COMPANY", "PDF", "VISIT", "VISIT_ANSWERS", "Browser", "letter", "national_id", "picture"]
