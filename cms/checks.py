"""System checks of the project's own conventions."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.core.checks import CheckMessage, Error, register

from cms import PROJECT_ROOT


@register()
def http_library_is_reachable(**kwargs: Any) -> list[CheckMessage]:
    """`requests/` is a source root; a package of that name would hide the HTTP library."""
    spec = find_spec("requests")
    if spec and spec.origin and PROJECT_ROOT / "requests" not in Path(spec.origin).parents:
        return []
    return [
        Error(
            "`import requests` does not reach the HTTP library.",
            hint="Delete requests/__init__.py, or install the library.",
            id="cms.E001",
        )
    ]
