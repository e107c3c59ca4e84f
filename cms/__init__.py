"""The Django project, and what every app may use.

Importing it puts `requests/` on the import path: that folder is a source root, not a
package, because a package of that name would hide the HTTP library (requests/README.md).
"""

import sys
from pathlib import Path

VERSION = "0.1.0"

PROJECT_ROOT = Path(__file__).resolve().parent.parent
SOURCE_ROOT = str(PROJECT_ROOT / "requests")
if SOURCE_ROOT not in sys.path:
    # Appended, never put first: a folder in here must not hide a library.
    sys.path.append(SOURCE_ROOT)
