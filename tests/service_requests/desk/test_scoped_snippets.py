"""Every scoped snippet, whoever defines it: each of its addresses × a row of another office → 404."""

from typing import Any

import pytest
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from wagtail.snippets.models import get_snippet_models

from cms.scoped import ScopedViewSet, scoped
from home.accounts.establishments.models import Delegation, Establishment
from service_requests.appointments.models import AppointmentCalendar
from service_requests.casework.models import MessageTemplate
from service_requests.documents.models import DocumentTemplate
from service_requests.notices.models import NoticeChannels, NoticeText
from service_requests.records.models import ServiceRequest
from services_catalog.organisations.models import Absence, Department, Membership, Organisation, WorkingCalendar
from services_catalog.processes.models import Workflow
from services_catalog.registries.models import Registry, RegistryEntry
from tests.factories import (
    CalendarFactory,
    DelegationFactory,
    DepartmentFactory,
    DocumentTemplateFactory,
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
)
from tests.service_requests.desk.conftest import CANARY
from tests.service_requests.desk.test_scope_everywhere import body
from tests.services_catalog.processes.building import three_stages, workflow_with
from tests.services_catalog.registries.conftest import entry_of, registry_of

pytestmark = pytest.mark.any_database
# An office applies to any body, so whoever may keep establishments keeps all of them.
OF_NO_BODY = {Establishment}


def scoped_viewsets() -> list[ScopedViewSet]:
    viewsets = [model.snippet_viewset for model in get_snippet_models()]
    return [viewset for viewset in viewsets if isinstance(viewset, ScopedViewSet)]


def addresses_of_rows() -> list[tuple[type[Model], str]]:
    return [
        (viewset.model, viewset.get_url_name(pattern.name))
        for viewset in scoped_viewsets()
        if viewset.model not in OF_NO_BODY
        for pattern in viewset.get_urlpatterns()
        if "pk" in pattern.pattern.converters
        and pattern.name not in {"act", "write", "forget_filter", "paper", "revoke"}
    ]


@pytest.fixture
def foreign_rows(foreign: ServiceRequest, overseer: Client) -> dict[type[Model], Any]:
    organisation = OrganisationFactory(name={"ar": CANARY, "en": CANARY})
    department = DepartmentFactory(organisation=organisation, name={"ar": CANARY, "en": CANARY})
    membership = MembershipFactory(department=department, user=UserFactory(full_name=CANARY))
    registry = registry_of(organisation)
    return {
        AppointmentCalendar: CalendarFactory(organisation=organisation, name={"ar": CANARY, "en": CANARY}).pk,
        MessageTemplate: MessageTemplate.objects.create(
            organisation=organisation, name={"ar": CANARY, "en": CANARY}, text={"ar": CANARY, "en": CANARY}
        ).pk,
        NoticeText: NoticeText.objects.create(
            organisation=organisation, event="submitted", channel="sms", text={"ar": CANARY, "en": CANARY}
        ).pk,
        NoticeChannels: NoticeChannels.objects.create(organisation=organisation, sms_sender=CANARY).pk,
        DocumentTemplate: DocumentTemplateFactory(organisation=organisation, name={"ar": CANARY, "en": CANARY}).pk,
        Registry: registry.pk,
        RegistryEntry: entry_of(registry, name=CANARY).pk,
        Workflow: workflow_with(three_stages(), "canary", organisation).pk,
        # Of delegations one's own is another's to keep.
        Delegation: DelegationFactory(
            person_id=overseer.session["_auth_user_id"], establishment__name={"ar": CANARY, "en": CANARY}
        ).pk,
        Organisation: organisation.pk,
        Department: department.pk,
        Membership: membership.pk,
        Absence: Absence.objects.create(
            user=membership.user, first_day="2027-01-01", last_day="2027-01-02", note=CANARY
        ).pk,
        WorkingCalendar: WorkingCalendar.objects.create(organisation=organisation, hours={"sun": ["08:00-14:00"]}).pk,
        ServiceRequest: foreign.public_id,
    }


def test_the_records_of_an_office_are_scoped() -> None:
    assert {viewset.model for viewset in scoped_viewsets()} >= {
        Organisation,
        Department,
        Membership,
        Absence,
        ServiceRequest,
    }


@pytest.mark.parametrize(("model", "name"), addresses_of_rows())
def test_a_row_of_another_office_does_not_exist(
    model: type[Model], name: str, overseer: Client, foreign_rows: dict[type[Model], Any]
) -> None:
    url = reverse(name, args=[foreign_rows[model]])

    for answer in (overseer.get(url), overseer.post(url, {"note": "x"})):
        # A stock view that the person's groups do not open at all says so before it looks for the row.
        assert answer.status_code in ({404} if model is ServiceRequest else {404, 302, 403, 405})
        assert CANARY not in body(answer)
    assert model._default_manager.count() >= 1


@pytest.mark.parametrize("model", [Organisation, Department, Membership, Absence])
def test_bulk_delete_neither_names_nor_deletes_rows_of_another_office(
    model: type[Model], overseer: Client, foreign_rows: dict[type[Model], Any]
) -> None:
    url = reverse("wagtail_bulk_action", args=[model._meta.app_label, model._meta.model_name, "delete"])

    for ids in (f"id={foreign_rows[model]}", "id=all"):
        assert CANARY not in body(overseer.get(f"{url}?{ids}"))
        overseer.post(f"{url}?{ids}")

    assert model._default_manager.filter(pk=foreign_rows[model]).exists()


def test_every_view_that_fetches_a_row_is_scoped_by_its_viewset() -> None:
    class Fetching:
        def get_object(self) -> None: ...

    assert scoped(Fetching) is not Fetching  # type: ignore[arg-type]  # a view as far as this matters
