"""Each page of a service says whose it is and how that body is reached, whatever the portal is called."""

import io

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from PIL import Image as Picture
from wagtail.images import get_image_model

from home.accounts.models import User
from home.front.models import PortalSettings
from service_requests.records.models import ServiceRequest
from services_catalog.models import ServicePage
from services_catalog.organisations.models import Organisation
from tests.factories import DepartmentFactory, OrganisationFactory, ServicePageFactory, ServiceRequestFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("services")]
OURS, THEIRS = "199 001", "199 777"


@pytest.fixture
def portal() -> Organisation:
    """The body that runs the portal, with its own number in the footer."""
    body = OrganisationFactory(name={"ar": "المحافظة", "en": "Province"}, phone=OURS)
    row = PortalSettings.load()
    row.name, row.organisation = body.name, body
    row.save()
    return body


@pytest.fixture
def theirs(portal: Organisation) -> ServicePage:
    """A service of another body."""
    body = OrganisationFactory(name={"ar": "البلدة", "en": "Town"}, phone=THEIRS, email="town@example.com")
    return ServicePageFactory(department=DepartmentFactory(organisation=body))


def emblem() -> int:
    written = io.BytesIO()
    Picture.new("RGB", (40, 40), "green").save(written, "PNG")
    image = get_image_model()(title="Emblem", file=ContentFile(written.getvalue(), name="emblem.png"))
    image.save()
    return int(image.pk)


def test_the_page_of_another_bodys_service_tells_that_body(client: Client, theirs: ServicePage) -> None:
    text = client.get(theirs.url).content.decode()

    assert text.count("البلدة") >= 3
    assert THEIRS in text
    assert "town@example.com" in text.partition("<footer")[2]
    assert OURS not in text


def test_a_service_of_the_portals_own_body_is_not_named_twice(client: Client, portal: Organisation) -> None:
    page = ServicePageFactory(department=DepartmentFactory(organisation=portal))

    text = client.get(page.url).content.decode()

    assert "body-line" not in text
    assert OURS in text.partition("<footer")[2]


def test_the_wizard_tells_the_body_of_the_service(signed_in: Client, theirs: ServicePage) -> None:
    text = signed_in.get(f"/ar/apply/{theirs.slug}/", follow=True).content.decode()

    assert "البلدة" in text
    assert THEIRS in text
    assert OURS not in text


def test_the_confirmation_tells_the_body_of_the_service(signed_in: Client, citizen: User, theirs: ServicePage) -> None:
    case: ServiceRequest = ServiceRequestFactory(applicant=citizen, service=theirs, department=theirs.department)

    text = signed_in.get(f"/ar/requests/{case.public_id}/received/").content.decode()

    assert "البلدة" in text
    assert THEIRS in text
    assert OURS not in text


def test_cards_name_another_body_and_not_the_portals_own(client: Client, theirs: ServicePage) -> None:
    ServicePageFactory(department=DepartmentFactory(organisation=Organisation.objects.get(phone=OURS)))

    text = client.get("/ar/services/").content.decode()

    assert text.count("service-card__body") == 1
    assert "البلدة" in text


def test_a_changed_number_is_on_the_page_that_was_kept(client: Client, theirs: ServicePage) -> None:
    client.get(theirs.url)
    body = theirs.department.organisation
    body.phone = "199 888"
    body.save()

    assert "199 888" in client.get(theirs.url).content.decode()


def test_the_emblem_stands_beside_the_name(client: Client, theirs: ServicePage) -> None:
    body = theirs.department.organisation
    body.emblem_id = emblem()
    body.save()

    text = client.get(theirs.url).content.decode()

    assert body.emblem.get_rendition("max-112x112|format-png").url in text
