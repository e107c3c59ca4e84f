"""Say in words what is missing before a virtual environment is made. Must run on any Python 3."""

import sys

if sys.version_info < (3, 11):
    sys.exit(
        "Diwan needs Python 3.11 or newer; this is %s. Name another: make PYTHON=python3.12 …" % sys.version.split()[0]
    )
try:
    import ensurepip  # noqa: F401 -- only whether it is there
    import venv  # noqa: F401 -- the same
except ImportError:
    sys.exit("This Python cannot make virtual environments. On Debian or Ubuntu: sudo apt-get install python3-venv")
