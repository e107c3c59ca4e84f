"""Finding a request by what is said at the counter."""

import pytest

from service_requests.records.models import ServiceRequest
from service_requests.records.search import matching, search_text_of
from tests.factories import ServiceRequestFactory


@pytest.fixture
def request_of_ahmad(db: None) -> ServiceRequest:
    found: ServiceRequest = ServiceRequestFactory(
        number="ABC-1448-000067",
        serial=67,
        search_text=search_text_of(
            number="ABC-1448-000067", name="أحمد محمد سالم اليامي", identity="1000000008", mobile="+966501234567"
        ),
    )
    ServiceRequestFactory(
        serial=9,
        number="ABC-1448-000009",
        search_text=search_text_of(number="ABC-1448-000009", name="سلمى القحطاني", identity="1000000099"),
    )
    return found


@pytest.mark.parametrize(
    "asked",
    [
        "ABC-1448-000067",
        "abc-1448-٠٠٠٠٦٧",
        "67",
        "٦٧",
        "احمد",
        "أَحْمَد اليامى",
        "سالم أحمد",
        "1000000008",
        "١٠٠٠٠٠٠٠٠٨",
        "0501234567",
        "+966 50 123 4567",
        "٠٥٠ ١٢٣ ٤٥٦٧",
        "00966501234567",
        "00966 50 123 4567",
        "050-123-4567",
        "1000 000 008",
        "\u200f0501234567\u200e",
    ],
)
def test_a_request_is_found_by(asked: str, request_of_ahmad: ServiceRequest) -> None:
    assert list(matching(ServiceRequest.objects.all(), asked)) == [request_of_ahmad]


@pytest.mark.parametrize("asked", ["خالد", "1000000007", "%", "__", "ab", "ABC-1448-000068", "99999999999999999999"])
def test_nothing_is_found_by(asked: str, request_of_ahmad: ServiceRequest) -> None:
    assert not matching(ServiceRequest.objects.all(), asked).exists()


def test_a_whole_number_finds_its_request_and_nothing_beside_it(request_of_ahmad: ServiceRequest) -> None:
    ServiceRequestFactory(search_text="mentions abc-1448-000067")

    assert list(matching(ServiceRequest.objects.all(), "ABC-1448-000067")) == [request_of_ahmad]


def test_an_empty_question_changes_nothing(request_of_ahmad: ServiceRequest) -> None:
    assert matching(ServiceRequest.objects.all(), "  ").count() == 2


def test_a_search_never_leaves_the_rows_it_was_given(request_of_ahmad: ServiceRequest) -> None:
    assert not matching(ServiceRequest.objects.none(), "ABC-1448-000067").exists()


def test_a_number_written_in_groups_is_one_number(request_of_ahmad: ServiceRequest) -> None:
    ServiceRequestFactory(
        serial=10,
        search_text=search_text_of(number="ABC-1448-000010", name="سعد", identity="1000004567", mobile="+966505012345"),
    )

    assert list(matching(ServiceRequest.objects.all(), "050 123 4567")) == [request_of_ahmad]
