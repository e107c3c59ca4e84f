"""A service as one file, to carry it from one portal to another.

A bundle is the content folder of one service in a ZIP: the same JSON files and media, and a
`bundle.json` that says what it is (docs/decisions/0006). What the rest may use stands below;
apps above add their sections through `sections.py`. The other modules here are private.
"""

from services_catalog.bundles.archive import BundleRefused, unpack
from services_catalog.bundles.exporting import export_service
from services_catalog.bundles.importing import Outcome, import_bundle, load_records, note_loaded, rehearse
from services_catalog.bundles.planning import Plan, plan_of

__all__ = [
    "BundleRefused",
    "Outcome",
    "Plan",
    "export_service",
    "import_bundle",
    "load_records",
    "note_loaded",
    "plan_of",
    "rehearse",
    "unpack",
]
