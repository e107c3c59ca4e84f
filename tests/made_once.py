"""What is slow to make is made once for a file of tests, in a transaction around all of theirs."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker


@contextmanager
def made_once(blocker: DjangoDbBlocker, media: Path) -> Iterator[None]:
    """What is stored inside the block, files under `media`, stands until it ends and is taken back then.

    For a fixture of wider scope than a test. A test asks for it before `db`, so that its own transaction stands
    inside this one and undoes only what that test changed.
    """
    with blocker.unblock(), override_settings(MEDIA_ROOT=media), transaction.atomic():
        yield
        transaction.set_rollback(True)
