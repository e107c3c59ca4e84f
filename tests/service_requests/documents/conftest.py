"""Registries and calendars in memory: the samples of every kind of answer refer to them."""

from tests.forms_builder.conftest import diary, registers

__all__ = ["diary", "registers"]
