"""Content that comes in files: organisations, categories, registries and service pages with their media.

What the rest may use: `load_organisation`, `load_registry`, `load_page`, `Folder` and its `Loader`. The other modules
here are private.
"""

from services_catalog.content.folders import ContentError, Folder, Loader
from services_catalog.content.organisations import load_organisation
from services_catalog.content.pages import load_page
from services_catalog.content.registries import load_registry

__all__ = ["ContentError", "Folder", "Loader", "load_organisation", "load_page", "load_registry"]
