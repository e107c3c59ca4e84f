"""A port: what apps above keep in content folders beside organisations and services (calendars, notice texts).

A section is a folder of JSON files. An app registers it in its `ready()`; its files are loaded after the
organisations and before the services, which may refer to them. The catalogue knows nothing of what they say.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ImproperlyConfigured

from services_catalog.content.folders import Loader


@dataclass(frozen=True)
class Section:
    """Files `<folder>/<name>/*.json`, each handed to `load`, again only when it has changed."""

    name: str
    load: Loader


_SECTIONS: dict[str, Section] = {}


def register(section: Section) -> None:
    """Have the files of this section loaded.

    Raises:
        ImproperlyConfigured: when another section has the name.
    """
    if _SECTIONS.get(section.name, section) != section:
        raise ImproperlyConfigured(f"Two sections of content are called “{section.name}”.")
    _SECTIONS[section.name] = section


def sections() -> Sequence[Section]:
    return list(_SECTIONS.values())
