"""For the test suite: owes nothing to the machine but the servers named in DATABASE_URL and REDIS_URL.

Without DATABASE_URL the suite runs on an SQLite file, because threads and worker processes of a test
must see the same database; the file lies in DATA_DIR.
"""

from cms.settings.base import *

SECRET_KEY = "for-tests-only-and-long-enough-not-to-be-complained-about"
DEMO_ACCOUNTS = True
STAFF_SECOND_FACTOR = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "testserver"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

DATA_DIR.mkdir(parents=True, exist_ok=True)
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["TEST"] = {"NAME": DATA_DIR / "test.sqlite3"}
# A connection kept open would outlive the test that a thread of it belonged to.
DATABASES["default"]["CONN_MAX_AGE"] = 0

MEDIA_ROOT = DATA_DIR / "test-media"
PRIVATE_ROOT = DATA_DIR / "test-private"
STORAGES["private"]["OPTIONS"]["location"] = PRIVATE_ROOT
STATIC_ROOT = DATA_DIR / "test-static"
STATIC_ROOT.mkdir(exist_ok=True)
