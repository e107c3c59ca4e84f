"""What stands in curly brackets in a template of a document, and how it is filled in. Pure.

`{applicant}` is one of a fixed list, `{answer.permit}` the answer to the question of that key. What is filled in is
never read as a placeholder itself, and keeps the direction it is read in.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from service_requests.documents.lines import Line, Run

# The fixed list: whoever writes a template finds these words beside it.
PLACEHOLDERS: Mapping[str, str | Promise] = {
    "document_number": gettext_lazy("number of the document"),
    "issued": gettext_lazy("day of issue, in both calendars"),
    "issued_hijri": gettext_lazy("day of issue, Hijri"),
    "issued_gregorian": gettext_lazy("day of issue, Gregorian"),
    "valid_until": gettext_lazy("last day on which it is valid, in both calendars"),
    "number": gettext_lazy("number of the request"),
    "submitted": gettext_lazy("day on which the request was submitted, in both calendars"),
    "applicant": gettext_lazy("name of the applicant"),
    "identity": gettext_lazy("identity number of the applicant"),
    "service": gettext_lazy("name of the service"),
    "organisation": gettext_lazy("name of the organisation"),
    "department": gettext_lazy("name of the department"),
    "signer": gettext_lazy("name of whoever signs"),
    "post": gettext_lazy("post of whoever signs"),
}
ANSWER = "answer."
# A space more at either end is what a person types; whatever else stands there is a word that means nothing.
_WORD = re.compile(r"\{([^{}]*)\}")
NOTHING = Line([Run("—")])


def words_in(texts: Sequence[str]) -> list[str]:
    """Everything these texts have in curly brackets, each once."""
    return list(dict.fromkeys(word.strip() for text in texts for word in _WORD.findall(text)))


def unknown_in(texts: Sequence[str]) -> list[str]:
    """Words in curly brackets that mean nothing, whatever the form asks."""
    return [word for word in words_in(texts) if word not in PLACEHOLDERS and not _is_answer(word)]


def _is_answer(word: str) -> bool:
    return len(word) > len(ANSWER) and word.startswith(ANSWER)


def answers_in(texts: Sequence[str]) -> list[str]:
    """Keys of the questions whose answers are asked for."""
    return [word.removeprefix(ANSWER) for word in words_in(texts) if _is_answer(word)]


def filled(text: str, values: Mapping[str, Sequence[Line]]) -> list[Line]:
    """The lines of a text with its placeholders replaced; an empty value is a dash.

    A value of several lines keeps them where it stands alone on a line, and is read on otherwise.
    """
    lines: list[Line] = []
    for line in text.splitlines():
        alone = _WORD.fullmatch(line.strip())
        lines.extend(values.get(alone[1].strip()) or (NOTHING,) if alone else [Line(list(_runs(line, values)))])
    return lines


def _runs(line: str, values: Mapping[str, Sequence[Line]]) -> Iterator[Run]:
    end = 0
    for match in _WORD.finditer(line):
        if match.start() > end:
            yield Run(line[end : match.start()])
        for place, part in enumerate(values.get(match[1].strip()) or (NOTHING,)):
            if place:
                # Translators: stands between the parts of a list.
                yield Run(_(", "))
            yield from part.runs
        end = match.end()
    if end < len(line):
        yield Run(line[end:])
