"""Forms are tested without a database, with registries and calendars in memory."""

from collections.abc import Iterator

import pytest

from forms_builder.ports import register_calendars, register_registries
from tests.forms_builder.diary import Diary
from tests.forms_builder.registers import RegistersInMemory


@pytest.fixture(autouse=True)
def registers() -> Iterator[RegistersInMemory]:
    in_memory = RegistersInMemory()
    before = register_registries(in_memory)
    yield in_memory
    register_registries(before)


@pytest.fixture(autouse=True)
def diary() -> Iterator[Diary]:
    in_memory = Diary()
    before = register_calendars(in_memory)
    yield in_memory
    register_calendars(before)
