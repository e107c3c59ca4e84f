"""For a developer's own machine: every error in full, embedded defaults."""

from cms.settings.base import *  # noqa: F403 -- a settings module is a list of names

DEBUG = True
SECRET_KEY = "for-development-only"
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", "testserver"]
