"""One department, and who oversees it."""

import pytest

from home.accounts.models import User
from services_catalog.organisations.models import Department
from tests.factories import DepartmentFactory, UserFactory


@pytest.fixture
def unit(db: None) -> Department:
    return DepartmentFactory()


@pytest.fixture
def supervisor(unit: Department) -> User:
    return UserFactory(supervisor=True, departments=[unit])
