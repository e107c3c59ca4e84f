"""Forms nobody thought of, applied for: each that passes review is sent, read, printed and exported."""

import json
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from hypothesis import given
from hypothesis import settings as steadily
from jsonschema import Draft202012Validator

from forms_builder.fields import field_type, field_types
from forms_builder.fields.base import Context
from forms_builder.paths import Route, explore
from forms_builder.review import errors
from forms_builder.route import ROW
from forms_builder.schema import json_schema
from forms_builder.spec import FieldSpec, FormSpec
from home.accounts.models import User
from service_requests.documents.summary import summary_pdf
from service_requests.records.models import Attachment, ServiceRequest
from service_requests.wizard.models import Draft, DraftUpload
from service_requests.wizard.storage import complete
from service_requests.wizard.submit import submit
from services_catalog.organisations.models import Department
from tests.factories import (
    CalendarFactory,
    DepartmentFactory,
    FormVersionFactory,
    OrganisationFactory,
    ServicePageFactory,
    UserFactory,
)
from tests.forms_builder import registers
from tests.forms_builder.test_random_forms import STEADY, forms
from tests.services_catalog.registries.conftest import entry_of, registry_of

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

FEW = steadily(STEADY, max_examples=3)


@pytest.fixture
def unit() -> Department:
    """An office with the registry and the calendar that the forms ask for."""
    office = OrganisationFactory(key=registers.OFFICE)
    registry = registry_of(office, registers.PERMITS)
    for number in range(30):
        entry_of(registry, permit=f"A-{number}")
    CalendarFactory(organisation=office, key="visits", capacity=500)
    department: Department = DepartmentFactory(organisation=office)
    return department


def test_a_form_that_passes_review_is_sent_read_printed_and_exported(
    client: Client, citizen: User, unit: Department
) -> None:
    staff = UserFactory(is_superuser=True, is_staff=True)
    sent: set[str] = set()

    def works(spec: FormSpec) -> None:
        if errors(spec):
            return
        context = Context(language="ar", evidence={"at": timezone.now().isoformat(), "address": "192.0.2.1"})
        routes = [route for route in explore(spec, context).routes if not route.steps[-1].ends]
        for route in routes[:1]:
            _is_sent(spec, route, context, unit, citizen, client, staff)
            sent.update(field.type for step in route.steps for field in step.fields)

    for kind in field_types():
        FEW(given(forms(kind.key))(works))()

    assert sent == {kind.key for kind in field_types()}
    client.force_login(staff)
    for format_ in ("csv", "xlsx"):
        exported = client.get("/admin/requests/export/", {"format": format_})
        assert exported.status_code == 200
        assert len(b"".join(exported.streaming_content)) > 1_000  # type: ignore[arg-type]


def _is_sent(
    spec: FormSpec, route: Route, context: Context, unit: Department, citizen: User, client: Client, staff: User
) -> None:
    service = ServicePageFactory(department=unit, value=None)
    version = FormVersionFactory(form__translation_key=service.translation_key, value=spec, live=True)
    draft = Draft.objects.create(applicant=citizen, service=service, form_version=version, language="ar")
    answers = _with_files(spec, route.answers, draft)
    checks = [field.key for step in route.steps for field in step.fields if field_type(field.type).checks]
    draft.data = complete({"extra_data": {"answers": answers, "passed": checks}})
    draft.save()

    request = submit(draft, by=citizen, context=context)

    assert set(request.answers) == set(route.answers)
    schema = json_schema(spec)
    assert list(Draft202012Validator(schema).iter_errors(json.loads(json.dumps(request.answers)))) == []
    for language, _name in settings.LANGUAGES:
        with override(language):
            own = reverse("my_requests:detail", args=[request.public_id])
            assert summary_pdf(request, language).startswith(b"%PDF")
        client.force_login(citizen)
        assert client.get(own).status_code == 200
    client.force_login(staff)
    assert client.get(reverse("requests:inspect", args=[request.public_id])).status_code == 200
    assert ServiceRequest.objects.filter(pk=request.pk, submission_key=draft.public_id).exists()


def _with_files(spec: FormSpec, answers: Any, draft: Draft) -> dict[str, Any]:
    """The answers as the draft holds them: rows have names, and files are stored at their places."""
    kept = dict(answers)
    for field in spec.fields():
        _store(field, kept.get(field.key), field.key, draft)
        if field.fields and field.key in kept:
            kept[field.key] = [{ROW: f"r{number}", **row} for number, row in enumerate(kept[field.key], start=1)]
            for row in kept[field.key]:
                for inner in field.fields:
                    _store(inner, row.get(inner.key), f"{field.key}.{row[ROW]}.{inner.key}", draft)
    return kept


def _store(field: FieldSpec, answer: Any, place: str, draft: Draft) -> None:
    for file in answer or [] if field.type == "files" else []:
        stored = Attachment.objects.create(
            owner=draft.applicant,
            field_key=place,
            name=file["name"],
            content_type=file["type"],
            size=file["size"],
            sha256="0",
        )
        DraftUpload.objects.create(draft=draft, attachment=stored)
