"""A port: an app above issues documents from templates. Workflows only name a template by its key."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

# Name of the section under which templates travel (services_catalog.bundles.sections); its keys are "<body>/<key>".
SECTION = "document_templates"

# Organisation, or None for all of them → key of each template → key of the role that signs, or "".
Signers = Callable[[int | None], Mapping[str, str]]
# Organisations → key and name of each of their templates, for the editor's list.
Choices = Callable[[Any], Mapping[int, list[list[str]]]]


@dataclass
class _Known:
    signers: list[Signers] = field(default_factory=list)
    choices: list[Choices] = field(default_factory=list)


_KNOWN = _Known()


def register(signers: Signers, choices: Choices) -> None:
    """Ask these wherever an outcome names a template, from an app's `ready()`."""
    _KNOWN.signers[:] = [signers]
    _KNOWN.choices[:] = [choices]


def templates_of(organisation: int | None) -> dict[str, str]:
    """The templates that an outcome may name, and who signs each."""
    return {key: role for ask in _KNOWN.signers for key, role in ask(organisation).items()}


def choices_for(organisations: Any) -> dict[int, list[list[str]]]:
    return {body: found for ask in _KNOWN.choices for body, found in ask(organisations).items()}
