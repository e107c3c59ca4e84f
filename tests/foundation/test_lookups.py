"""`column__any_of=keys`: the keys of thousands of rows as one parameter."""

import pytest
from django.contrib.auth.models import Group

pytestmark = pytest.mark.django_db


def test_any_of_finds_what_in_finds() -> None:
    keys = list(Group.objects.order_by("pk").values_list("pk", flat=True))[:3]
    found = Group.objects.filter(pk__any_of=[*keys, 10**12]).order_by("pk")
    assert list(found.values_list("pk", flat=True)) == keys


def test_any_of_nothing_finds_nothing() -> None:
    assert not Group.objects.filter(pk__any_of=[]).exists()


@pytest.mark.postgresql
def test_the_statement_is_as_long_for_a_thousand_keys_as_for_one() -> None:
    rows = Group.objects.filter(pk__any_of=range(1_000))
    statement, parameters = rows.query.sql_with_params()
    assert statement.count("%s") == len(parameters) == 1
    assert len(rows) == Group.objects.filter(pk__lt=1_000).count()
