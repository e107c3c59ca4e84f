"""Content that comes in files: organisations, categories and service pages with their media.

What the rest may use: `load_organisation`, `load_page`, `Folder` and its `Loader`. Bundles
(services_catalog.bundles) hold the same files and are read and written with the same modules.
"""

from services_catalog.content.folders import Folder, Loader
from services_catalog.content.organisations import load_organisation
from services_catalog.content.pages import Reading, load_page
from services_catalog.content.refusal import ContentError

__all__ = ["ContentError", "Folder", "Loader", "Reading", "load_organisation", "load_page"]
