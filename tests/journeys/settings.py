"""The demo, for a browser that signs in more often than any person does."""

# ruff: noqa: F403 -- settings are made by adding to those they stand on

from cms.settings.demo import *

# Everybody in a journey comes from one address; what one account may try stays limited.
ACCOUNT_RATE_LIMITS = {"login_failed": "5/5m/key"}
ANSWER_BUDGETS: dict[str, list[tuple[int, int]]] = {"network": [], "all": []}
# And does in a second what takes people minutes.
CODE_BUDGETS = {"phone": [(1, 0)], "network": [], "all": []}
# Passwords of journeys protect nothing, and a hash that does takes a second for each who signs in.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
