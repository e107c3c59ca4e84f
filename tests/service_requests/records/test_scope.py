"""Who sees which requests."""

from django.contrib.auth.models import AnonymousUser

from home.accounts.models import User
from service_requests.records.scope import may_see, own_requests, visible_to
from tests.factories import DepartmentFactory, ServiceRequestFactory, UserFactory


def test_a_clerk_sees_the_requests_of_his_departments_only(db: None) -> None:
    mine = ServiceRequestFactory()
    ServiceRequestFactory(department=DepartmentFactory(organisation=mine.organisation))
    clerk = UserFactory(clerk=True, departments=[mine.department])

    assert list(visible_to(clerk)) == [mine]


def test_a_supervisor_and_an_auditor_see_their_whole_organisation_and_no_other(db: None) -> None:
    request = ServiceRequestFactory()
    beside = ServiceRequestFactory(department=DepartmentFactory(organisation=request.organisation))
    ServiceRequestFactory()

    for trait in ("supervisor", "auditor"):
        person = UserFactory(**{trait: True}, departments=[request.department])
        assert set(visible_to(person)) == {request, beside}


def test_membership_without_a_right_shows_nothing(db: None) -> None:
    request = ServiceRequestFactory()

    assert not visible_to(UserFactory(departments=[request.department])).exists()
    assert not visible_to(UserFactory(editor=True, departments=[request.department])).exists()


def test_a_right_without_membership_shows_nothing(clerk: User, supervisor: User) -> None:
    ServiceRequestFactory()

    assert not visible_to(clerk).exists()
    assert not visible_to(supervisor).exists()


def test_a_dismissed_clerk_sees_nothing(db: None) -> None:
    request = ServiceRequestFactory()
    clerk = UserFactory(clerk=True, departments=[request.department], is_active=False)

    assert not visible_to(clerk).exists()


def test_an_applicant_owns_his_requests_and_staff_sight_is_another_question(db: None) -> None:
    request = ServiceRequestFactory()
    ServiceRequestFactory()

    assert list(own_requests(request.applicant)) == [request]
    assert not visible_to(request.applicant).exists()
    assert may_see(request.applicant, request)


def test_strangers_see_nothing(db: None) -> None:
    request = ServiceRequestFactory()

    assert not own_requests(AnonymousUser()).exists()
    assert not visible_to(AnonymousUser()).exists()
    assert not may_see(AnonymousUser(), request)
    assert not may_see(UserFactory(citizen=True), request)
