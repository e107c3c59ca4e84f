"""Who stands above a department."""

import pytest
from django.db import IntegrityError, transaction

from services_catalog.organisations.levels import level_above
from services_catalog.organisations.models import Organisation
from tests.factories import DepartmentFactory, OrganisationFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def test_the_department_of_its_body_that_decides_on_objections_then_that_of_the_authority_above() -> None:
    top = DepartmentFactory(decides_objections=True)
    # A body between them has nobody for it, and is passed over.
    between = OrganisationFactory(parent=top.organisation)
    body = OrganisationFactory(parent=between)
    head = DepartmentFactory(organisation=body, decides_objections=True)
    department = DepartmentFactory(organisation=body)

    assert level_above(department) == head
    assert level_above(head) == top
    assert level_above(top) is None


def test_where_nobody_decides_on_objections_nobody_stands_above() -> None:
    assert level_above(DepartmentFactory()) is None


def test_bodies_in_a_ring_end_the_search() -> None:
    one, two = OrganisationFactory(), OrganisationFactory()
    Organisation.objects.filter(pk=one.pk).update(parent=two)
    Organisation.objects.filter(pk=two.pk).update(parent=one)
    department = DepartmentFactory(organisation=Organisation.objects.get(pk=one.pk))

    assert level_above(department) is None


def test_a_body_has_one_such_department() -> None:
    head = DepartmentFactory(decides_objections=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        DepartmentFactory(organisation=head.organisation, decides_objections=True)
