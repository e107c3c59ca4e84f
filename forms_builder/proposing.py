"""Stable names proposed from what people read: keys of steps and questions, values of options.

`FormStepsBlock` proposes what an editor left empty when he saves. The editor's script proposes the same
while he writes, with the letters it is given from here. A name that is there is never changed.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from cms.arabic import digits
from forms_builder.review import RESERVED_KEYS, RESERVED_STEPS

# The language whose words make the better names for programs.
FIRST_LANGUAGE = "en"
# Arabic without the marks on its letters; what is not here is dropped.
LETTERS = {
    "ا": "a", "ب": "b", "ت": "t", "ث": "th", "ج": "j", "ح": "h", "خ": "kh", "د": "d", "ذ": "dh", "ر": "r",
    "ز": "z", "س": "s", "ش": "sh", "ص": "s", "ض": "d", "ط": "t", "ظ": "z", "ع": "a", "غ": "gh", "ف": "f",
    "ق": "q", "ك": "k", "ل": "l", "م": "m", "ن": "n", "ه": "h", "و": "w", "ي": "y",
    "ة": "h", "ى": "a", "ء": "", "ـ": "",
}  # fmt: skip
MOST_LETTERS = 40
_BETWEEN_WORDS = re.compile(r"[^a-z0-9]+")
_APOSTROPHES = str.maketrans("", "", "'’")


def rules() -> dict[str, Any]:
    """What the editor's script needs to propose the same names."""
    return {
        "first": FIRST_LANGUAGE,
        "letters": LETTERS,
        "most": MOST_LETTERS,
        "reservedKeys": sorted(RESERVED_KEYS),
        "reservedSteps": sorted(RESERVED_STEPS),
    }


def name_from(texts: Mapping[str, Any] | None, joint: str = "_") -> str:
    """A name made of the first text that gives one, English before Arabic; empty when none does."""
    found = {code: text for code, text in (texts or {}).items() if isinstance(text, str)}
    in_order = [found.get(FIRST_LANGUAGE, ""), *(text for code, text in found.items() if code != FIRST_LANGUAGE)]
    return next((name for text in in_order if (name := _name(text, joint))), "")


def _name(text: str, joint: str) -> str:
    letters = unicodedata.normalize("NFKD", digits(text).casefold().translate(_APOSTROPHES))
    latin = "".join(LETTERS.get(letter, letter) for letter in letters if not unicodedata.combining(letter))
    words = [word for word in _BETWEEN_WORDS.split(latin) if word]
    # A name begins with a letter: “2 photos” is photos_2.
    first = next((place for place, word in enumerate(words) if word[0].isalpha()), None)
    if first is None:
        return ""
    words = [*words[first:], *words[:first]]
    name = words[0][:MOST_LETTERS]
    for word in words[1:]:
        if len(name) + len(joint) + len(word) > MOST_LETTERS:
            break
        name += joint + word
    return name


def unused(name: str, taken: Iterable[str], joint: str = "_") -> str:
    """The name, numbered where it is taken."""
    names = set(taken)
    if name not in names:
        return name
    return next(
        f"{name}{joint}{number}" for number in range(2, len(names) + 3) if f"{name}{joint}{number}" not in names
    )


def propose(steps: Iterable[Any]) -> None:
    """Give every step, question and option of a `FormStepsBlock` value that has none a name of its own."""
    every = list(steps)
    _fill([step.value for step in every], "key", "title", "step", reserved=RESERVED_STEPS, joint="-")
    questions = [child.value for step in every for child in step.value.get("fields") or ()]
    _propose_questions(questions, set())
    outer = {question.get("key") or "" for question in questions}
    for question in questions:
        # A question of an entry would hide one of the form that has the same name.
        _propose_questions([child.value for child in question.get("fields") or ()], outer)


def _propose_questions(questions: list[Any], outer: set[str]) -> None:
    _fill([value for value in questions if "key" in value], "key", "label", "question", RESERVED_KEYS | outer)
    for value in questions:
        _fill(list(value.get("options") or ()), "value", "label", "option")


def _fill(values: list[Any], name: str, words: str, what: str, reserved: Iterable[str] = (), joint: str = "_") -> None:
    taken = {*reserved, *(value.get(name) or "" for value in values)}
    for value in values:
        texts = value.get(words) or {}
        if value.get(name) or not any(texts.values()):
            continue
        value[name] = unused(name_from(texts, joint) or what, taken, joint)
        taken.add(value[name])
