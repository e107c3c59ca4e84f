"""Valid objects for tests. Traits name situations: `UserFactory(clerk=True, departments=[roads])`."""

import hashlib
import uuid
from datetime import timedelta
from typing import Any

import factory
from django.contrib.auth.models import Group
from django.utils import timezone
from factory.django import DjangoModelFactory

from cms.identity import IdentityType
from cms.week import WEEKDAYS
from forms_builder.models import Form, FormVersion
from forms_builder.spec import FieldSpec, FormSpec, StepSpec
from home.accounts.establishments.models import Delegation, Establishment
from home.accounts.models import User
from service_requests.appointments.models import AppointmentCalendar
from service_requests.documents.models import DocumentTemplate
from service_requests.records.models import Channel, ServiceRequest
from service_requests.wizard.models import Draft
from services_catalog.models import ServiceCategory, ServicePage
from services_catalog.organisations.models import Department, Membership, Organisation, YearKind
from services_catalog.organisations.numbers import REQUESTS
from services_catalog.processes.defaults import workflow_for
from tests import tree

PASSWORD = "diwan-tests"

SIMPLE_FORM = FormSpec(
    steps=(
        StepSpec(
            key="topic",
            title={"ar": "الموضوع", "en": "Topic"},
            fields=(
                FieldSpec(key="subject", type="short_text", label={"ar": "الموضوع", "en": "Subject"}),
                FieldSpec(key="details", type="long_text", label={"ar": "التفاصيل", "en": "Details"}, required=False),
            ),
        ),
    )
)


def luhn_digit(digits: str) -> str:
    """The check digit that makes `digits` a Saudi identity number."""
    doubled = (str(int(digit) * 2) if place % 2 == 0 else digit for place, digit in enumerate(digits))
    total = sum(int(digit) for part in doubled for digit in part)
    return str(-total % 10)


def national_id(serial: int) -> str:
    digits = f"1{serial:08d}"
    return digits + luhn_digit(digits)


class UserFactory(DjangoModelFactory[User]):
    """A person. Staff traits put him in the group of that name; `departments=[…]` makes him a member."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    class Params:
        citizen = factory.Trait(
            identity_type=IdentityType.NATIONAL_ID,
            identity_number=factory.Sequence(national_id),
            mobile=factory.Sequence(lambda serial: f"+96650{serial:07d}"),
        )
        guest = factory.Trait(
            username=factory.Sequence(lambda serial: f"guest-{serial}"), full_name="", email="", is_active=False,
            is_guest=True,
        )  # fmt: skip
        clerk = factory.Trait(role="clerk", full_name="خالد الموظف")
        supervisor = factory.Trait(role="supervisor", full_name="سعد المشرف")
        auditor = factory.Trait(role="auditor", full_name="منى المراجعة")
        editor = factory.Trait(role="editor", full_name="هند المحررة")

    username = factory.Sequence(lambda serial: f"person{serial}")
    full_name = "نورة بنت عبدالله"
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.com")
    proved_email = factory.SelfAttribute("email")
    password = factory.django.Password(PASSWORD)

    # The group he is put into. A trait cannot fill in what happens after creation.
    role = ""

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **kwargs: Any) -> User:
        role = kwargs.pop("role")
        person: User = super()._create(model_class, *args, **kwargs)
        if role:
            person.groups.add(Group.objects.get_or_create(name=role)[0])
        return person

    @factory.post_generation
    def departments(self: User, create: bool, departments: list[Department] | None, **kwargs: Any) -> None:
        if create:
            for department in departments or []:
                MembershipFactory(user=self, department=department)


class EstablishmentFactory(DjangoModelFactory[Establishment]):
    """An engineering office."""

    class Meta:
        model = Establishment

    kind = Establishment.Kind.ENGINEERING_OFFICE
    number = factory.Sequence(lambda serial: f"EO-{serial:04d}")
    name = factory.LazyAttribute(lambda office: {"ar": f"مكتب {office.number}", "en": f"Office {office.number}"})


class DelegationFactory(DjangoModelFactory[Delegation]):
    """Somebody acts for an establishment; traits say when, or that he owns it."""

    class Meta:
        model = Delegation

    class Params:
        owner = factory.Trait(role=Delegation.Role.OWNER)
        ended = factory.Trait(ended_at=factory.LazyFunction(timezone.now))
        over = factory.Trait(
            first_day=factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=9)),
            last_day=factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=1)),
        )
        later = factory.Trait(first_day=factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=1)))

    person = factory.SubFactory(UserFactory, citizen=True)
    establishment = factory.SubFactory(EstablishmentFactory)


class OrganisationFactory(DjangoModelFactory[Organisation]):
    class Meta:
        model = Organisation

    key = factory.Sequence(lambda serial: f"office-{serial}")
    name = factory.LazyAttribute(lambda office: {"ar": f"جهة {office.key}", "en": f"Office {office.key}"})
    portal_name = factory.LazyAttribute(lambda office: office.name)
    number_prefix = factory.Sequence(lambda serial: "T" + _letters(serial))
    year_kind = YearKind.HIJRI


class DepartmentFactory(DjangoModelFactory[Department]):
    class Meta:
        model = Department

    organisation = factory.SubFactory(OrganisationFactory)
    key = factory.Sequence(lambda serial: f"department-{serial}")
    name = factory.LazyAttribute(lambda unit: {"ar": f"إدارة {unit.key}", "en": f"Department {unit.key}"})


class MembershipFactory(DjangoModelFactory[Membership]):
    class Meta:
        model = Membership
        django_get_or_create = ("user", "department")

    user = factory.SubFactory(UserFactory)
    department = factory.SubFactory(DepartmentFactory)


class CategoryFactory(DjangoModelFactory[ServiceCategory]):
    class Meta:
        model = ServiceCategory

    key = factory.Sequence(lambda serial: f"category-{serial}")
    name = factory.LazyAttribute(lambda shelf: {"ar": f"تصنيف {shelf.key}", "en": f"Category {shelf.key}"})


class FormFactory(DjangoModelFactory[Form]):
    class Meta:
        model = Form
        django_get_or_create = ("translation_key",)

    translation_key = factory.LazyFunction(uuid.uuid4)


class FormVersionFactory(DjangoModelFactory[FormVersion]):
    """A version of a form: `FormVersionFactory(form=…, value=FormSpec(…))`; `live=True` makes it the live one."""

    class Meta:
        model = FormVersion
        exclude = ("value",)
        skip_postgeneration_save = True

    value = SIMPLE_FORM
    form = factory.SubFactory(FormFactory)
    number = factory.LazyAttribute(lambda version: version.form.versions.count() + 1)
    spec = factory.LazyAttribute(lambda version: version.value.model_dump(mode="json"))
    digest = factory.LazyAttribute(
        lambda version: hashlib.sha256(f"{version.number} {version.value.model_dump_json()}".encode()).hexdigest()
    )

    @factory.post_generation
    def live(self: FormVersion, create: bool, live: bool | None, **kwargs: Any) -> None:
        if create and live:
            Form.objects.filter(pk=self.form_id).update(live_version=self)
            self.form.live_version = self


class ServicePageFactory(factory.Factory[ServicePage]):
    """A service under the Arabic catalogue; `value=FormSpec(…)` gives it a live form, `value=None` none."""

    class Meta:
        model = ServicePage

    title = factory.Sequence(lambda serial: f"خدمة {serial}")
    slug = factory.Sequence(lambda serial: f"service-{serial}")
    summary = "خدمة للتجربة."
    department = factory.SubFactory(DepartmentFactory)
    category = factory.SubFactory(CategoryFactory)
    value = SIMPLE_FORM

    @classmethod
    def _create(cls, model_class: type[ServicePage], *args: Any, **kwargs: Any) -> ServicePage:
        value: FormSpec | None = kwargs.pop("value")
        parent = kwargs.pop("parent", None) or tree.services()
        page: ServicePage = parent.add_child(instance=model_class(locale=parent.locale, **kwargs))
        if value is not None:
            FormVersionFactory(form=FormFactory(translation_key=page.translation_key), value=value, live=True)
        return page


class CalendarFactory(DjangoModelFactory[AppointmentCalendar]):
    """Open every day from 9 to 11, four slots of half an hour, one person each; bookable at once."""

    class Meta:
        model = AppointmentCalendar

    organisation = factory.SubFactory(OrganisationFactory)
    key = factory.Sequence(lambda serial: f"calendar-{serial}")
    name = factory.LazyAttribute(lambda calendar: {"ar": f"تقويم {calendar.key}", "en": f"Calendar {calendar.key}"})
    place = factory.LazyFunction(lambda: {"ar": "المبنى الرئيس", "en": "Main building"})
    hours = factory.LazyFunction(lambda: {day: ["09:00-11:00"] for day in WEEKDAYS})
    slot_minutes = 30
    capacity = 1
    lead_hours = 1
    horizon_days = 10


class DraftFactory(DjangoModelFactory[Draft]):
    class Meta:
        model = Draft

    applicant = factory.SubFactory(UserFactory, citizen=True)
    service = factory.SubFactory(ServicePageFactory)
    form_version = factory.LazyAttribute(lambda draft: _live_version(draft.service))
    language = "ar"


class DocumentTemplateFactory(DjangoModelFactory[DocumentTemplate]):
    """A permit for twelve months that prints the number, the applicant and one answer."""

    class Meta:
        model = DocumentTemplate

    organisation = factory.SubFactory(OrganisationFactory)
    key = "permit"
    name = factory.LazyFunction(lambda: {"ar": "تصريح", "en": "Permit"})
    title = factory.LazyFunction(lambda: {"ar": "تصريح مزاولة", "en": "Permit to practise"})
    body = factory.LazyFunction(
        lambda: {
            "ar": "تشهد {organisation} أن {applicant} مصرح له بموجب الطلب {number}.\nصدر في {issued}.",
            "en": "{organisation} certifies that {applicant} is permitted by request {number}.\nIssued on {issued}.",
        }
    )
    rows = factory.LazyFunction(
        lambda: [("row", {"label": {"ar": "الموضوع", "en": "Subject"}, "value": "{answer.subject}"})]
    )
    lifetime_unit = "months"
    lifetime = 12


class ServiceRequestFactory(DjangoModelFactory[ServiceRequest]):
    """A request as a submit leaves it; traits put it where staff find it."""

    class Meta:
        model = ServiceRequest

    class Params:
        in_review = factory.Trait(stage="review", assignee=factory.SubFactory(UserFactory, clerk=True))
        waiting = factory.Trait(stage="waiting")
        approved = factory.Trait(stage="approved", closed_at=factory.LazyFunction(timezone.now), outcome="approve")
        rejected = factory.Trait(
            stage="rejected",
            closed_at=factory.LazyFunction(timezone.now),
            outcome="reject",
            outcome_note="المستندات غير مكتملة.",
        )
        stage = "received"

    service = factory.SubFactory(ServicePageFactory)
    department = factory.LazyAttribute(lambda request: request.service.department)
    organisation = factory.LazyAttribute(lambda request: request.department.organisation)
    series = REQUESTS
    year = 1448
    serial = factory.Sequence(lambda serial: serial + 1)
    number = factory.LazyAttribute(
        lambda request: f"{request.organisation.number_prefix}-{request.year}-{request.serial:06d}"
    )
    form_version = factory.LazyAttribute(lambda request: _live_version(request.service))
    submission_key = factory.LazyFunction(uuid.uuid4)
    applicant = factory.SubFactory(UserFactory, citizen=True)
    applicant_name = factory.LazyAttribute(lambda request: request.applicant.get_full_name())
    applicant_identity = factory.LazyAttribute(lambda request: request.applicant.identity_number)
    applicant_mobile = factory.LazyAttribute(lambda request: request.applicant.mobile)
    channel = Channel.PORTAL
    language = "ar"
    answers = factory.LazyFunction(lambda: {"subject": "طلب للتجربة"})
    workflow_version = factory.LazyAttribute(lambda request: workflow_for(request.service))
    stage_key = factory.SelfAttribute("stage")
    status = factory.LazyAttribute(lambda request: request.workflow_version.value.stage(request.stage).status)
    submitted_at = factory.LazyFunction(timezone.now)
    updated_at = factory.SelfAttribute("submitted_at")
    stage_since = factory.SelfAttribute("submitted_at")
    search_text = factory.LazyAttribute(
        lambda request: f"{request.number} {request.applicant_name} {request.applicant_identity}".lower()
    )


def _live_version(service: ServicePage) -> FormVersion:
    form = FormFactory(translation_key=service.translation_key)
    return form.live_version or FormVersionFactory(form=form, live=True)


def _letters(serial: int) -> str:
    """A short word of Latin capitals, different for each serial number."""
    word = ""
    for _place in range(4):
        serial, letter = divmod(serial, 26)
        word = chr(ord("A") + letter) + word
    return word
