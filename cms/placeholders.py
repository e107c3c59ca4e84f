"""Words in curly brackets in texts that staff write: `{number}`. Pure; which words there are, the template says."""

import re
from collections.abc import Collection, Mapping

# A space more at either end is what a person types; whatever else stands there is a word that means nothing.
_WORD = re.compile(r"\{([^{}]*)\}")


def words_in(text: str) -> list[str]:
    """What stands in curly brackets, in its order."""
    return [found.strip() for found in _WORD.findall(text)]


def unknown_in(text: str, known: Collection[str]) -> list[str]:
    """Words in curly brackets that mean nothing."""
    return [word for word in words_in(text) if word not in known]


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders replaced; what is filled in is never read as a placeholder itself."""
    return _WORD.sub(lambda match: values.get(match[1].strip(), match[0]), text)
