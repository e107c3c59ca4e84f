"""Factories give valid objects, and the tree of pages survives a flush."""

import pytest
from django.core.management import call_command
from wagtail.models import Site

from home.front.models import HomePage
from services_catalog.models import ServiceIndexPage
from tests import tree
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


def test_planting_after_a_flush_restores_the_tree(reseeded_db: None) -> None:
    call_command("flush", interactive=False, verbosity=0)
    assert not HomePage.objects.exists()

    tree.plant()

    assert tree.services().slug == tree.SERVICES_SLUG
