"""For a developer's own machine: every error in full, embedded defaults."""

from cms.settings.base import *

DEBUG = True
DEMO_ACCOUNTS = True
STAFF_SECOND_FACTOR = False
SECRET_KEY = "for-development-only"
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", "testserver"]
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
