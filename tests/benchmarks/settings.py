"""As in production where speed is concerned; the database is a test database that is thrown away."""

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
