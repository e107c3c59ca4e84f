"""Forms are tested without a database, and with a calendar in memory."""

from collections.abc import Iterator

import pytest

from forms_builder.ports import register_calendars
from tests.forms_builder.diary import Diary


@pytest.fixture(autouse=True)
def diary() -> Iterator[Diary]:
    in_memory = Diary()
    before = register_calendars(in_memory)
    yield in_memory
    register_calendars(before)
