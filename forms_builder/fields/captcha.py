"""A check that a person, or at least a patient browser, is there: proof of work, no puzzle to read or hear.

The browser solves a small sum that costs a sender of thousands too much (ALTCHA). A browser that cannot, without
scripts for example, shows a sum in words instead (sum_in_words). Whoever is signed in is known already and is not
asked, unless the editor wants it. Nothing is answered and nothing is kept but that the check was passed.
"""

import base64
import json
from collections.abc import Iterator
from typing import Any, ClassVar, NamedTuple

from django import forms
from django.core.cache import caches
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_altcha import AltchaField, AltchaWidget
from django_altcha.conf import get_setting
from wagtail import blocks

from forms_builder.fields import base, editing
from forms_builder.fields.base import Answer, Context
from forms_builder.fields.sum_in_words import takes_answer
from forms_builder.spec import FieldSpec

# The largest number a browser has to try: about a second of a slow phone.
HARDEST = 100_000


# What an error is called that belongs to the sum in words.
WORDS = "words"


class Sent(NamedTuple):
    """What came of a check: the browser's proof, or the answer to the sum in words."""

    proof: str = ""
    mark: str = ""
    answer: str = ""

    @property
    def in_words(self) -> bool:
        return not self.proof and bool(self.answer.strip())

    @classmethod
    def read(cls, data: Any, name: str) -> "Sent":
        return cls(*(str(data.get(key, "")) for key in (name, f"{name}.mark", f"{name}.answer")))


class ProofWidget(AltchaWidget):
    """Its inputs are drawn by `components/fields/captcha.html`."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Sent:
        return Sent.read(data, name)


class ProofField(AltchaField):
    """A solution, taken once: of two that come at the same time, one."""

    widget = ProofWidget
    default_error_messages: ClassVar[dict[str, Any]] = {
        "required": gettext_lazy("Wait until the check is done, or answer the question in words"),
        "invalid": gettext_lazy("The check has expired. Tick it again"),
        "error": gettext_lazy("The check could not be read. Tick it again"),
        "replay": gettext_lazy("The check has expired. Tick it again"),
        WORDS: gettext_lazy("This was not the answer, or the page was open for too long. Answer the new question"),
    }

    def __init__(self, *args: Any, in_words: bool, no_more: str = "", **kwargs: Any) -> None:
        """`in_words`: whether an answer in words may pass; whoever says so charges it to a budget.

        `no_more`: what is said instead of judging one, where the budget is spent.
        """
        super().__init__(*args, **kwargs)
        self.in_words = in_words
        self.no_more = no_more

    def clean(self, value: Sent) -> Sent:
        if not value.in_words:
            super().clean(value.proof)
        elif not (self.in_words and takes_answer(value.mark, value.answer)):
            raise ValidationError(self.no_more or self.error_messages[WORDS], code=WORDS)
        return value

    def replay_attack_protection(self, payload: str) -> None:
        challenge = json.loads(base64.b64decode(payload))["challenge"]
        cache = caches[get_setting("ALTCHA_CACHE_ALIAS")]
        # Add, not get and set: two posts at once must not both find it unused.
        if not cache.add(f"altcha:{challenge}", 1, get_setting("ALTCHA_CHALLENGE_EXPIRE") // 1000):
            raise ValidationError(self.error_messages["replay"], code="invalid")


@base.register
class Captcha(base.FieldType):
    """Stands on a step; the step goes on when it is passed, once in an application."""

    key = "captcha"
    label = gettext_lazy("Check against programs")
    icon = "lock"
    menu = editing.CONTENTS
    has_answer = False
    in_groups = False
    checks = True
    template = "components/fields/captcha.html"

    class Settings(base.Settings):
        always: bool = False

    def block(self) -> blocks.StructBlock:
        always = blocks.BooleanBlock(
            required=False,
            label=gettext_lazy("Also for people who are signed in"),
            help_text=gettext_lazy("They are known already; ask them only where programs apply in their name."),
        )
        return blocks.StructBlock(
            [("always", always), ("show_if", editing.SHOW_IF)],
            label=self.label,
            icon=self.icon,
            group=self.menu,
            form_layout=blocks.BlockGroup(children=["always"], settings=["show_if"]),
        )

    def faults(self, spec: FieldSpec) -> Iterator[str]:
        return iter(())

    def is_asked(self, spec: FieldSpec, context: Context) -> bool:
        wanted = not context.signed_in or bool(self.settings(spec).always)
        return wanted and spec.key not in context.passed

    def form_field(self, spec: FieldSpec, context: Context, *, required: bool) -> forms.Field:
        field = ProofField(in_words=context.may_answer_in_words, no_more=context.no_more_in_words)
        field.label = _("Check")
        return field

    def example(self, spec: FieldSpec, context: Context) -> Answer:
        return None

    def as_text(self, spec: FieldSpec, answer: Answer, language: str) -> str:
        return ""

    def fits(self, answer: Answer) -> bool:
        return False

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        return {}
