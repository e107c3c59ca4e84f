"""Content that comes in files: organisations, categories and service pages with their media.

What the rest may use: `load_organisation`, `load_page`, `Folder` and its `Loader`, and `Section`s that apps
above register. The other modules here are private.
"""

from services_catalog.content.folders import ContentError, Folder, Loader
from services_catalog.content.organisations import load_organisation
from services_catalog.content.pages import load_page
from services_catalog.content.sections import Section, register, sections

__all__ = [
    "ContentError",
    "Folder",
    "Loader",
    "Section",
    "load_organisation",
    "load_page",
    "register",
    "sections",
]
