"""For the test suite: owes nothing to the machine but the servers named in DATABASE_URL and REDIS_URL."""

from cms.settings.base import *  # noqa: F403 -- a settings module is a list of names

SECRET_KEY = "for-tests-only"
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "testserver"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
