"""Factories give valid objects, and the tree of pages stands in every test."""

import pytest
from wagtail.models import Site

from home.accounts.models import User
from home.front.models import HomePage
from services_catalog.models import ServiceIndexPage
from tests import seeded, tree
from tests.factories import (
    DraftFactory,
    MembershipFactory,
    ServicePageFactory,
    ServiceRequestFactory,
    UserFactory,
    national_id,
)


@pytest.mark.django_db
def test_the_tree_stands_in_both_languages() -> None:
    assert HomePage.objects.count() == ServiceIndexPage.objects.count() == 2
    assert Site.objects.get().root_page.specific == tree.home()


@pytest.mark.django_db
@pytest.mark.parametrize("situation", ["in_review", "waiting", "approved", "rejected"])
def test_a_request_in_each_situation_is_valid(situation: str) -> None:
    ServiceRequestFactory(**{situation: True}).full_clean()


@pytest.mark.django_db
def test_other_factories_give_valid_objects() -> None:
    for thing in (DraftFactory(), MembershipFactory(), ServicePageFactory(), UserFactory(citizen=True)):
        thing.full_clean(exclude=["form_steps", "data"])


def test_identity_numbers_of_factories_carry_their_check_digit() -> None:
    assert national_id(0) == "1000000008"


def test_what_a_test_committed_is_undone_and_what_it_deleted_is_back(transactional_db: None) -> None:
    home = tree.home()
    committed = UserFactory()
    HomePage.objects.filter(pk=home.pk).delete()

    seeded.put_back()

    assert tree.home().pk == home.pk
    assert ServicePageFactory().pk
    assert not User.objects.filter(pk=committed.pk).exists()
