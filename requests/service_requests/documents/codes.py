"""The code printed under a document: twelve letters and digits that nobody mistakes for one another. Pure.

Sixty random bits, so that guessing at a thousand codes a second finds nothing in a lifetime.
"""

import secrets

from cms.arabic import compact

# Crockford's alphabet: without I, L, O and U.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
_GROUP = 4
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _place in range(LENGTH))


def shown(code: str) -> str:
    """As it is printed: `7KQ2-XW0M-9T4B`."""
    return "-".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))


def read(typed: str) -> str:
    """A code as somebody typed it, in the letters it is stored in; empty when it can be none."""
    # A code is short: whatever is longer is not looked at letter by letter.
    code = compact(typed[:60]).upper().translate(_MISREAD)
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else ""
