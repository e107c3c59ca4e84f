"""For real people: PostgreSQL, Redis, TLS in front. Refuses to start with unsafe values (safety.py)."""

import os

from cms import logs
from cms.settings import environment as env
from cms.settings.base import *
from cms.settings.safety import refuse_unsafe

SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
LANGUAGE_COOKIE_SECURE = True

# TLS ends at the proxy in front, which says so in this header and removes it from what clients send.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = env.number("HSTS_SECONDS", 365 * 24 * 60 * 60)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True

STORAGES["staticfiles"] = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}

LOGGING = logs.settings(as_json=True)

refuse_unsafe(globals(), os.environ)
