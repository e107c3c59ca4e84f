"""Forms are tested without a database, and with a registry in memory."""

from collections.abc import Iterator

import pytest

from forms_builder.ports import register_registries
from tests.forms_builder.registers import RegistersInMemory


@pytest.fixture(autouse=True)
def registers() -> Iterator[RegistersInMemory]:
    in_memory = RegistersInMemory()
    before = register_registries(in_memory)
    yield in_memory
    register_registries(before)
