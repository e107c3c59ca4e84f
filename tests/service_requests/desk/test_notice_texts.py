"""Texts of notices in the admin: within one's office, counted, tried, and with their history."""

import json
import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from cms.languages import content_languages
from home.accounts.models import User
from service_requests.notices.models import Notice, NoticeChannels, NoticeText
from service_requests.records.models import ServiceRequest
from tests.factories import OrganisationFactory, UserFactory
from tests.service_requests.desk.conftest import CANARY
from tests.service_requests.desk.test_scope_everywhere import body

pytestmark = pytest.mark.any_database
ADD = "wagtailsnippets_service_requests_noticetext:add"


@pytest.fixture
def keeper(case: ServiceRequest, client: Client) -> User:
    """A supervisor of the office of the request, signed in."""
    made: User = UserFactory(supervisor=True, departments=[case.department])
    client.force_login(made)
    return made


@pytest.fixture
def text(case: ServiceRequest) -> NoticeText:
    return NoticeText.objects.create(
        organisation=case.organisation, event="submitted", channel="sms",
        text={"ar": "وصل طلبكم {number}", "en": "We have {number}"},
    )  # fmt: skip


def typed(organisation: int, **changes: object) -> dict[str, object]:
    return {
        "organisation": organisation, "event": "take", "channel": "sms", "is_sent": "on",
        "text_ar": "بدأ العمل في {number}", "text_en": "Work on {number} began", "subject_ar": "", "subject_en": "",
        **changes,
    }  # fmt: skip


def test_a_text_is_kept_with_who_wrote_it(client: Client, keeper: User, case: ServiceRequest) -> None:
    answer = client.post(reverse(ADD), typed(case.organisation_id))

    assert answer.status_code == 302, body(answer)
    written = NoticeText.objects.get()
    assert written.text["en"] == "Work on {number} began"
    assert written.history.get().history_user == keeper


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"text_ar": "عزيزي {applicant}"}, "{applicant}"),
        ({"subject_en": "{mobile}"}, "{mobile}"),
        ({"text_en": ""}, "id_text"),
        ({"event": "nothing"}, "nothing"),
    ],
)
def test_what_cannot_be_is_refused_by_name_and_nothing_typed_is_lost(
    client: Client, keeper: User, case: ServiceRequest, changes: dict[str, str], said: str
) -> None:
    answer = client.post(reverse(ADD), typed(case.organisation_id, **changes))

    assert answer.status_code == 200
    assert said in body(answer)
    assert "بدأ العمل" in body(answer) or "عزيزي" in body(answer)
    assert not NoticeText.objects.exists()


def test_a_second_text_for_the_same_is_refused_in_words(
    client: Client, keeper: User, case: ServiceRequest, text: NoticeText
) -> None:
    answer = client.post(reverse(ADD), typed(case.organisation_id, event="submitted"))

    assert answer.status_code == 200
    assert NoticeText.objects.count() == 1


def test_nobody_writes_for_another_body(client: Client, keeper: User) -> None:
    other = OrganisationFactory()

    assert client.post(reverse(ADD), typed(other.pk)).status_code == 200
    assert not NoticeText.objects.exists()


def test_the_editor_counts_with_the_words_at_the_end(client: Client, keeper: User, text: NoticeText) -> None:
    page = body(client.get(reverse("wagtailsnippets_service_requests_noticetext:edit", args=[text.pk])))

    told = json.loads(unescape(re.findall(r'data-notice-counter="([^"]*)"', page)[0]))
    assert set(told["closings"]) == {code for code, _name in content_languages()}
    assert "لا يمكنك الرد" in told["closings"]["ar"]
    assert set(told["samples"]["ar"]) >= {"number", "organisation"}
    # With an appointment, where the text speaks of one: that is what makes it long. As telephones get it.
    assert " 10:30" in told["samples"]["ar"]["appointment"]
    assert "cms/notice-text.js" in page


@pytest.mark.parametrize("channel", ["sms", "email"])
def test_it_is_tried_on_a_request_in_every_language_and_nobody_is_told(
    client: Client, keeper: User, case: ServiceRequest, text: NoticeText, channel: str
) -> None:
    NoticeText.objects.update(channel=channel)
    url = reverse("notice_texts_try", args=[text.pk])
    assert case.number in body(client.get(url))

    page = body(client.get(url, {"number": case.number.lower()}))

    assert "وصل طلبكم" in page
    assert "We have" in page
    assert ("لا يمكنك الرد عبر الرسائل النصية" in page) == (channel == "sms")
    assert not Notice.objects.exists()


def test_a_request_that_one_may_not_see_is_none(
    client: Client, keeper: User, text: NoticeText, foreign: ServiceRequest
) -> None:
    answer = client.get(reverse("notice_texts_try", args=[text.pk]), {"number": foreign.number})

    assert answer.status_code == 422
    # What he typed himself stands in the box, and nothing else of it anywhere.
    assert body(answer).count(CANARY) == 1


def test_the_text_of_another_body_cannot_be_tried(client: Client, keeper: User) -> None:
    other = NoticeText.objects.create(
        organisation=OrganisationFactory(), event="take", channel="sms", text={"ar": CANARY, "en": CANARY}
    )

    assert client.get(reverse("notice_texts_try", args=[other.pk])).status_code == 404


def test_channels_are_kept_as_data(client: Client, keeper: User, case: ServiceRequest) -> None:
    told = {"organisation": case.organisation_id, "email": "on", "account": "on", "sms_sender": "Office"}

    answer = client.post(reverse("wagtailsnippets_service_requests_noticechannels:add"), told)

    assert answer.status_code == 302, body(answer)
    kept = NoticeChannels.objects.get()
    assert (kept.sms, kept.email, kept.sms_sender) == (False, True, "Office")
    assert kept.history.get().history_user == keeper


def test_a_clerk_keeps_no_texts(client: Client, case: ServiceRequest, text: NoticeText) -> None:
    client.force_login(UserFactory(clerk=True, departments=[case.department]))

    assert client.get(reverse("notice_texts_try", args=[text.pk])).status_code == 404
    assert client.post(reverse(ADD), typed(case.organisation_id)).status_code in {302, 403}
    assert NoticeText.objects.count() == 1
