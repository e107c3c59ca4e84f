"""Posts, absences and the tree of bodies in the admin: nobody is offered what is not his."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from home.accounts.models import User
from services_catalog import deleting
from services_catalog.duties import Duty, limit_post, services_of_posts
from services_catalog.organisations.models import Absence, Department, Membership, Organisation, Role
from services_catalog.organisations.scope import organisations_of
from services_catalog.organisations.tree import with_bodies_below
from tests.factories import (
    DepartmentFactory,
    MembershipFactory,
    OrganisationFactory,
    ServicePageFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
CANARY = "canary-51be"


def url(model: Any, view: str, *args: Any) -> str:
    return reverse(model.snippet_viewset.get_url_name(view), args=args)


@pytest.fixture
def unit() -> Department:
    made: Department = DepartmentFactory()
    return made


@pytest.fixture
def office(client: Client, unit: Department) -> Client:
    """The browser of a supervisor."""
    client.force_login(UserFactory(supervisor=True, departments=[unit]))
    return client


@pytest.fixture
def foreign() -> Membership:
    """A post of another body; its names must not be seen."""
    department = DepartmentFactory(name={"ar": CANARY, "en": CANARY})
    ServicePageFactory(department=department, title=CANARY)
    made: Membership = MembershipFactory(user=UserFactory(clerk=True, full_name=CANARY), department=department)
    Absence.objects.create(user=made.user, first_day="2027-01-01", last_day="2027-01-02")
    return made


def post_data(person: User, department: Department, **more: Any) -> dict[str, Any]:
    return {"user": person.pk, "department": department.pk, **more}


@pytest.mark.parametrize("model", [Membership, Absence, Department])
def test_forms_and_lists_offer_nothing_of_another_body(model: Any, office: Client, foreign: Membership) -> None:
    for view in ("add", "list"):
        assert CANARY not in office.get(url(model, view)).content.decode()


@pytest.mark.parametrize(("model", "filtered"), [(Membership, "department"), (Department, "organisation")])
def test_a_filter_by_a_row_of_another_body_finds_nothing(
    model: Any, filtered: str, office: Client, foreign: Membership
) -> None:
    key = foreign.department_id if filtered == "department" else foreign.department.organisation_id

    answer = office.get(url(model, "list"), {filtered: key})

    assert CANARY not in answer.content.decode()
    assert not answer.context["object_list"]


def test_a_forged_post_names_no_person_department_substitute_or_service_of_another_body(
    office: Client, unit: Department, foreign: Membership
) -> None:
    own = UserFactory(clerk=True)
    service = ServicePageFactory(department=foreign.department)
    for data in (
        post_data(foreign.user, unit),
        post_data(own, foreign.department),
        post_data(own, unit, substitute=foreign.user_id),
        post_data(own, unit, services=[service.pk]),
    ):
        assert office.post(url(Membership, "add"), data).status_code == 200

    assert not Membership.objects.filter(user=own).exists()
    assert not Membership.objects.filter(user=foreign.user, department=unit).exists()


def test_a_forged_absence_sends_nobody_of_another_body_away(office: Client, foreign: Membership) -> None:
    days = {"first_day": "2027-02-01", "last_day": "2027-02-02"}

    assert office.post(url(Absence, "add"), {"user": foreign.user_id, **days}).status_code == 200
    mine = Absence.objects.get()
    assert office.post(url(Absence, "edit", mine.pk), {"user": foreign.user_id, **days}).status_code == 404

    assert Absence.objects.get().first_day.isoformat() == "2027-01-01"


def test_a_post_is_kept_with_its_role_services_and_substitute(office: Client, unit: Department) -> None:
    person, substitute = UserFactory(clerk=True), UserFactory(clerk=True, departments=[unit])
    service, role = ServicePageFactory(department=unit), Role.objects.get(key="delegate")
    data = post_data(person, unit, role=role.pk, substitute=substitute.pk, services=[service.pk])

    office.post(url(Membership, "add"), data)

    post = Membership.objects.get(user=person)
    assert (post.role, post.substitute) == (role, substitute)
    assert services_of_posts([post.pk]) == {post.pk: {service.pk}}
    assert Duty.history.filter(membership=post.pk).count() == 1

    office.post(url(Membership, "edit", post.pk), post_data(person, unit, role=role.pk))

    post.refresh_from_db()
    assert (post.substitute, services_of_posts([post.pk])) == (None, {})


def test_services_of_another_department_of_the_body_are_refused_in_words(office: Client, unit: Department) -> None:
    person = UserFactory(clerk=True)
    service = ServicePageFactory(department=DepartmentFactory(organisation=unit.organisation))

    answer = office.post(url(Membership, "add"), post_data(person, unit, services=[service.pk]))

    assert service.title in str(answer.context["form"].errors["services"])
    assert not Membership.objects.filter(user=person).exists()


def test_the_list_of_posts_shows_role_substitute_and_the_last_day_of_an_absence(
    office: Client, unit: Department, django_assert_max_num_queries: Any
) -> None:
    holder, substitute = UserFactory(clerk=True, full_name="غانم"), UserFactory(clerk=True, full_name="بديل غانم")
    role = Role.objects.get(key="cashier")
    Membership.objects.create(user=holder, department=unit, role=role, substitute=substitute)
    Absence.objects.create(user=holder, first_day="2020-01-01", last_day="2099-12-30")

    text = office.get(url(Membership, "list")).content.decode()

    for word in ("غانم", "بديل غانم", str(role), "2099"):
        assert word in text


def test_the_list_of_posts_takes_the_same_queries_for_any_number(
    office: Client, unit: Department, django_assert_max_num_queries: Any
) -> None:
    for _serial in range(15):
        MembershipFactory(user=UserFactory(clerk=True), department=unit, substitute=UserFactory(clerk=True))

    with django_assert_max_num_queries(24):
        office.get(url(Membership, "list"))


def test_an_absence_that_ends_before_it_begins_is_refused_in_words(office: Client, unit: Department) -> None:
    person = UserFactory(clerk=True, departments=[unit])

    answer = office.post(url(Absence, "add"), {"user": person.pk, "first_day": "2027-02-05", "last_day": "2027-02-01"})

    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert not Absence.objects.exists()


def test_a_body_is_not_put_below_itself_nor_below_one_of_its_own(client: Client) -> None:
    above = OrganisationFactory()
    centre = OrganisationFactory(parent=above)
    client.force_login(UserFactory(is_superuser=True, is_staff=True))

    offered = client.get(url(Organisation, "edit", above.pk)).context["form"].fields["parent"].queryset

    assert not {above, centre} & set(offered)


def test_the_tree_is_followed_however_deep_and_a_ring_ends() -> None:
    top = OrganisationFactory()
    middle = OrganisationFactory(parent=top)
    low = OrganisationFactory(parent=middle)
    assert with_bodies_below([top.pk]) == {top.pk, middle.pk, low.pk}
    assert with_bodies_below([low.pk]) == {low.pk}
    assert with_bodies_below([]) == set()

    Organisation.objects.filter(pk=top.pk).update(parent=low)

    assert with_bodies_below([middle.pk]) == {top.pk, middle.pk, low.pk}


@pytest.mark.parametrize(
    ("role", "below"), [("supervisor", True), ("auditor", True), ("clerk", False), ("editor", False)]
)
def test_bodies_below_are_his_who_oversees(role: str, below: bool, unit: Department) -> None:
    centre = OrganisationFactory(parent=unit.organisation)

    found = organisations_of(UserFactory(**{role: True}, departments=[unit]))

    assert (centre in found) is below
    assert unit.organisation in found


def test_a_service_that_limits_a_post_is_not_deleted(unit: Department) -> None:
    service = ServicePageFactory(department=unit)
    limit_post(MembershipFactory(department=unit), [service.pk])

    assert service.title in deleting.reason_to_keep(service)


def test_roles_open_to_editors_and_are_read_by_supervisors(office: Client, client: Client) -> None:
    role = Role.objects.first()
    assert office.get(url(Role, "list")).status_code == 200
    assert office.get(url(Role, "edit", role.pk)).status_code in {302, 403}

    client.force_login(UserFactory(editor=True))

    for view, args in (("list", ()), ("add", ()), ("edit", (role.pk,)), ("history", (role.pk,))):
        assert client.get(url(Role, view, *args)).status_code == 200
