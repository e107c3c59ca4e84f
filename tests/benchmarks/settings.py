"""As in production where speed is concerned; the database is a test database that is thrown away."""

# ruff: noqa: F403, F405 -- settings are made by adding to those they stand on

from cms.settings.test import *

INSTALLED_APPS = [*INSTALLED_APPS, "tests.benchmarks.apps.BenchmarksConfig"]
ROOT_URLCONF = "tests.benchmarks.urls"
# A worker keeps its connection from one request to the next.
DATABASES["default"]["CONN_MAX_AGE"] = None
DATABASES["default"].setdefault("TEST", {})
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["TEST"]["NAME"] = DATA_DIR / "benchmarks.sqlite3"
else:
    DATABASES["default"]["TEST"]["NAME"] = "diwan_benchmarks"
# Lines for a log would be measured with the rest, and stand between the rows of the table.
LOGGING = {"version": 1, "disable_existing_loggers": True, "root": {"level": "ERROR"}}
# An error ends the run with its traceback.
DEBUG_PROPAGATE_EXCEPTIONS = True
