"""Remove in one tab and Send in another, of one file: what was sent stays, whichever came first by a moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from home.accounts.models import User
from service_requests.records.files import delete_file, keep_file
from service_requests.records.models import Attachment, ServiceRequest
from tests.factories import ServiceRequestFactory
from tests.service_requests.wizard.samples import picture
from tests.waiting import wait_for


def uploaded(by: User) -> Attachment:
    return keep_file(picture(), place="x", kinds=("png",), max_bytes=10_000, by=by)


@pytest.mark.django_db
@pytest.mark.any_database
def test_a_file_that_was_sent_meanwhile_is_not_removed() -> None:
    case: ServiceRequest = ServiceRequestFactory()
    seen = uploaded(case.applicant)
    Attachment.objects.filter(pk=seen.pk).update(request=case)

    delete_file(seen)

    assert Attachment.objects.filter(request=case).exists()
    unsent = uploaded(case.applicant)
    delete_file(unsent)
    assert not Attachment.objects.filter(pk=unsent.pk).exists(), "the control"


def remove_while_it_is_sent(remove: Callable[[Attachment], object]) -> Attachment | None:
    """Press Remove while Send has written and not yet finished; what is left of the file."""
    case: ServiceRequest = ServiceRequestFactory()
    file = uploaded(case.applicant)

    def press() -> None:
        try:
            remove(Attachment.objects.get(pk=file.pk))
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Attachment.objects.filter(pk=file.pk, request=None, message=None).update(request=case)
            pressed = pool.submit(press)
            wait_for(_somebody_waits, "Remove waits for Send")
        pressed.result(timeout=20)
    return Attachment.objects.filter(request=case).first()


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
        )
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgresql
def test_what_is_being_sent_stays() -> None:
    kept = remove_while_it_is_sent(delete_file)

    assert kept is not None
    assert kept.file.storage.exists(str(kept.file.name))


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgresql
def test_without_the_lock_a_sent_file_would_be_gone() -> None:
    """The control."""
    assert remove_while_it_is_sent(lambda file: file.delete()) is None
