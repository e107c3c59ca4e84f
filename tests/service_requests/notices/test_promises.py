"""What the guides promise of text messages (S1.39–S1.42): when they come, to which number, and what they never say."""

import pytest

from service_requests.notices.models import Notice
from service_requests.notices.outbox import announce
from service_requests.notices.texts import SUBMITTED, WRITTEN
from service_requests.records.models import ServiceRequest
from service_requests.workflow.actions import ask_citizen, take, write_to
from services_catalog.processes.workflow import Kind
from tests.factories import ServiceRequestFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
WRITTEN_DOWN, LATER = "+966501234567", "+966509999999"
SECRETS = ("نورة السرية", "صورة الهوية غير واضحة", "اتصل بالدكتور سعد")


@pytest.mark.parametrize("is_guest", [False, True])
@pytest.mark.parametrize("language", ["ar", "en"])
def test_each_step_is_told_to_the_number_written_on_the_request_and_says_where_to_answer(
    language: str, *, is_guest: bool
) -> None:
    """The account has another number by then: what was written on the request is the one that counts."""
    applicant = UserFactory(full_name=SECRETS[0], **({"guest": True} if is_guest else {"citizen": True}))
    case: ServiceRequest = ServiceRequestFactory(
        applicant=applicant, applicant_name=SECRETS[0], applicant_mobile=WRITTEN_DOWN, language=language
    )
    applicant.mobile = LATER
    applicant.save()
    clerk = UserFactory(clerk=True, departments=[case.department])

    announce(SUBMITTED, case)
    take(case, by=clerk)
    write_to(case, by=clerk, text=SECRETS[2])
    ask_citizen(case, by=clerk, text=SECRETS[1])

    told = Notice.objects.filter(channel="sms").order_by("pk")
    assert [notice.event for notice in told] == [SUBMITTED, Kind.TAKE, WRITTEN, Kind.ASK_CITIZEN]
    assert {notice.recipient for notice in told} == {WRITTEN_DOWN}
    where = {
        ("ar", False): "تابعه في «طلباتي» بحسابك. لا يمكنك الرد عبر الرسائل النصية.",
        ("en", False): "Details: My requests, in your account. You cannot reply by text message.",
        ("ar", True): "تابعه في «متابعة طلب». لا يمكنك الرد عبر الرسائل النصية.",
        ("en", True): "See: Follow a request, on the portal. You cannot reply by text message.",
    }[language, is_guest]
    for notice in told:
        assert case.number in notice.text
        assert notice.text.endswith(where)
        assert not any(secret in notice.text for secret in (*SECRETS, WRITTEN_DOWN, case.applicant_identity or "—"))
