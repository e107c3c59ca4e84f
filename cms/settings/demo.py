"""For `make demo`: one process on this machine, as close to production as that allows (DEBUG is off)."""

import secrets
from pathlib import Path

from cms.settings import environment as env
from cms.settings.base import *


def _kept_secret(file: Path) -> str:
    """A key of this machine's own, so that people stay signed in over a restart."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(64))
    return file.read_text()


SECRET_KEY = SECRET_KEY or _kept_secret(DATA_DIR / "secret-key")
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", *ALLOWED_HOSTS]
WAGTAILADMIN_BASE_URL = env.text("BASE_URL", f"http://127.0.0.1:{env.number('PORT', 8000)}")

# Static files straight from their apps: nothing to collect before the first start.
WHITENOISE_USE_FINDERS = True
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
DEMO_ACCOUNTS = True
STAFF_SECOND_FACTOR = False
# Nobody is really written to here: everybody may look at what would have been sent.
OUTBOX_FOR_EVERYONE = True

# `manage.py serve` starts the test provider where it can (home.accounts.national.sample_provider).
NATIONAL_STAND_IN = True

# On the console of a demonstration only what went wrong with a job is news.
LOGGING["loggers"]["cms.jobs"] = {"level": "WARNING"}

EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = DATA_DIR / "mail"
