"""A file into a registry: shown first, errors by row and column, and stored at once or not at all."""

import io
import threading
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from cms.jobs.models import Job
from cms.spreadsheets.formats import XLSX
from home.accounts.models import User
from services_catalog.registries import importing
from services_catalog.registries.lookups import StoredRegistries
from services_catalog.registries.models import Registry, RegistryEntry, RegistryImport
from tests.factories import OrganisationFactory, UserFactory
from tests.services_catalog.registries.conftest import entry_of, many, registry_of
from tests.services_catalog.registries.test_lookups import wanted

pytestmark = pytest.mark.django_db
HEADINGS = "contractor,permit,name,ends,status"


def csv(*rows: str, headings: str = HEADINGS) -> bytes:
    return "\n".join([headings, *rows]).encode()


def begun(registry: Registry, content: bytes, by: User, *, replace: bool = False, name: str = "x.csv") -> Any:
    return importing.begin(registry, name, content, replace=replace, by=by)


def faults_of(run: RegistryImport) -> list[tuple[int, str]]:
    return [(fault["line"], fault["column"].partition(" · ")[0]) for fault in run.findings["faults"]]


def test_new_rows_are_added_changed_ones_changed_and_the_others_stay(registry: Registry, keeper: User) -> None:
    stays, changes = entry_of(registry, permit="stays"), entry_of(registry)
    content = csv("12045,A-77,شركة أخرى,2030-01-31,valid", "١٢٠٤٦,B-1,مؤسسة النور,31/01/2030,valid")

    run = begun(registry, content, keeper)
    assert RegistryEntry.objects.count() == 2
    importing.confirm(run)

    assert run.findings["counts"] == {"added": 1, "changed": 1, "removed": 0, "unchanged": 0, "faulty": 0}
    assert {entry.lookup_key: entry.values["name"] for entry in registry.entries.all()} == {
        "12045|a77": "شركة أخرى",
        "12046|b1": "مؤسسة النور",
        stays.lookup_key: "شركة البناء المتين",
    }
    assert registry.entries.get(lookup_key="12046|b1").values["ends"] == "2030-01-31"
    told = changes.history.first()
    assert (told.history_user, told.history_type) == (keeper, "~")
    assert "x.csv" in told.history_change_reason


def test_replacing_removes_what_the_file_does_not_name_and_history_remembers_it(
    registry: Registry, keeper: User
) -> None:
    gone, stays = entry_of(registry, permit="gone"), entry_of(registry)

    run = begun(registry, csv("12045,A-77,شركة البناء المتين,2099-05-31,valid"), keeper, replace=True)
    importing.confirm(run)

    assert run.findings["counts"]["removed"] == 1
    assert list(registry.entries.values_list("public_id", flat=True)) == [stays.public_id]
    assert RegistryEntry.history.filter(id=gone.pk).first().history_type == "-"


def test_an_export_comes_back_without_a_change(desk: Client, registry: Registry, keeper: User) -> None:
    many(registry, 20)
    entry_of(registry, name="=1+1", status='"; x, y')

    for format_ in ("csv", "xlsx"):
        response = desk.get(reverse("registries_export", args=[registry.pk, format_]))
        content = b"".join(response.streaming_content)  # type: ignore[arg-type]
        run = begun(registry, content, keeper, replace=True, name=f"x.{format_}")

        assert run.findings["counts"] == {"added": 0, "changed": 0, "removed": 0, "unchanged": 21, "faulty": 0}


def test_a_heading_is_known_by_its_key_and_by_its_name_in_any_language(registry: Registry, keeper: User) -> None:
    content = csv("1,B,x", headings="رقم المقاول,PERMIT NUMBER,name · anything")

    run = begun(registry, content, keeper)

    assert (run.findings["counts"]["added"], run.findings["unknown"]) == (1, [])


def test_errors_name_row_and_column_and_the_good_rows_can_still_be_stored(registry: Registry, keeper: User) -> None:
    content = csv(
        "many,A-1,x,2030-01-01,valid",
        ",A-2,x,2030-01-01,valid",
        "3,A-3,x,soon,valid",
        "4,A-4,x,2030-01-01,valid,more",
        f"5,A-5,{'x' * 501},2030-01-01,valid",
        "1e999,A-6,x,2030-01-01,valid",
        "7,---,x,2030-01-01,valid",
        "8,A-8,x,2030-01-01,valid",
    )

    run = begun(registry, content, keeper)
    importing.confirm(run)

    labels = {column.key: column.label["ar"] for column in registry.column_list}
    assert faults_of(run) == [
        (2, labels["contractor"]),
        (3, labels["contractor"]),
        (4, labels["ends"]),
        (5, ""),
        (6, labels["name"]),
        (7, labels["contractor"]),
        (8, labels["contractor"]),
    ]
    assert [entry.lookup_key for entry in registry.entries.all()] == ["8|a8"]


def test_rows_with_the_same_key_are_refused_both(registry: Registry, keeper: User) -> None:
    content = csv("1,A-1,x,,", "2,B,x,,", "١,a 1,y,,")

    run = begun(registry, content, keeper)

    assert sorted(line for line, _column in faults_of(run)) == [2, 4]
    assert {fault["line"]: "2" in fault["message"] for fault in run.findings["faults"]} == {2: False, 4: True}
    assert run.findings["counts"]["added"] == 1


def test_a_file_with_errors_does_not_replace_a_registry(registry: Registry, keeper: User) -> None:
    entry_of(registry)

    run = begun(registry, csv("1,A,x,,", "x,B,x,,"), keeper, replace=True)
    importing.confirm(run)

    assert registry.entries.get().lookup_key == "12045|a77"


def test_a_column_that_is_left_out_stays(registry: Registry, keeper: User) -> None:
    entry = entry_of(registry)

    importing.confirm(begun(registry, csv("12045,A-77,renewed", headings="contractor,permit,status"), keeper))

    entry.refresh_from_db()
    assert (entry.values["status"], entry.values["name"]) == ("renewed", "شركة البناء المتين")


def test_formulas_are_refused(registry: Registry, keeper: User) -> None:
    book = io.BytesIO()
    XLSX().write(HEADINGS.split(","), [["1", "A", "x", "", ""]], book)
    from openpyxl import load_workbook

    opened = load_workbook(book)
    opened.active["C2"] = "=1+1"
    changed = io.BytesIO()
    opened.save(changed)

    run = begun(registry, changed.getvalue(), keeper, name="x.xlsx")

    assert faults_of(run) == [(2, registry.column_list[2].label["ar"])]


def upload(client: Client, registry: Registry, content: bytes, name: str = "x.csv", mode: str = "add") -> Any:
    address = reverse("registries_import", args=[registry.pk])
    return client.post(address, {"file": SimpleUploadedFile(name, content), "mode": mode})


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", b""),
        ("heads.csv", csv()),
        ("zip.xlsx", b"PK\x03\x04 not really"),
        ("binary.csv", b"\x00\x01\x02" * 50),
        ("nokey.csv", csv("x", headings="name")),
        ("twice.csv", csv("1,2,3", headings="contractor,contractor,permit")),
        ("old.xls", bytes.fromhex("d0cf11e0a1b11ae1") + b"x" * 50),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_words(
    desk: Client, registry: Registry, name: str, content: bytes
) -> None:
    response = upload(desk, registry, content, name)

    assert response.status_code == 200
    assert "diwan-error" in response.content.decode()
    assert not RegistryImport.objects.exists()


def test_the_pages_show_the_changes_and_store_them_once(desk: Client, registry: Registry) -> None:
    address = upload(desk, registry, csv("1,A,<b>مؤسسة</b>,,", "x,B,x,,")).url

    shown = desk.get(address).content.decode()
    first, second = desk.post(address), desk.post(address)

    assert "&lt;b&gt;مؤسسة" in shown
    assert (first.url, second.url) == (address, address)
    assert registry.entries.count() == 1
    assert RegistryEntry.history.count() == 1
    assert bytes(RegistryImport.objects.get().content) == b""


def test_a_registry_that_changed_since_the_preview_is_shown_again(registry: Registry, keeper: User) -> None:
    run = begun(registry, csv("12045,A-77,x,,"), keeper)
    entry_of(registry)

    importing.confirm(run)

    run.refresh_from_db()
    assert (run.applied_at, run.confirmed_at, run.findings["changed_meanwhile"]) == (None, None, True)
    assert registry.entries.get().values["name"] == "شركة البناء المتين"


def test_a_large_file_is_read_and_stored_by_jobs(
    desk: Client, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "SMALL", 10)
    address = upload(desk, registry, csv("1,A,x,,")).url
    assert desk.get(address).status_code == 200
    (reading,) = Job.objects.all()
    importing.read_in_the_background(reading)
    desk.post(address)
    desk.post(address)
    _reading, storing = Job.objects.order_by("pk")
    assert desk.get(address).status_code == 200
    importing.store_in_the_background(storing)
    importing.store_in_the_background(storing)

    assert registry.entries.count() == 1


def test_a_large_file_that_cannot_be_used_says_so(
    desk: Client, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "SMALL", 0)
    address = upload(desk, registry, csv("x", headings="name")).url

    importing.read_in_the_background(Job.objects.get())

    assert "help-critical" in desk.get(address).content.decode()
    assert desk.post(address).status_code == 302


def test_an_import_takes_the_same_queries_for_any_number_of_rows_of_a_chunk(
    registry: Registry, keeper: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    def rows(count: int, first: int) -> bytes:
        return csv(*(f"{number},P-{number},x,," for number in range(first, first + count)))

    counts = []
    for number, first in ((5, 0), (900, 10_000)):
        run = begun(registry, rows(number, first), keeper)
        with connection.execute_wrapper(_Counter(counts)):
            importing.apply(run.pk)

    small, large = counts.count(0), len(counts)
    assert registry.entries.count() == 905
    assert (small, large) == (0, large)
    assert large <= 40


class _Counter:
    def __init__(self, seen: list[int]) -> None:
        self.seen = seen

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.seen.append(len(sql) or 1)
        return execute(sql, params, many, context)


# -- looking up meanwhile


def look_up_during(registry: Registry, keeper: User) -> set[str]:
    """Names found by somebody who looks both entries up, again and again, while the registry is replaced."""
    many(registry, 400, name="old")
    content = csv(*(f"{number},P-{number},new {number},," for number in range(1, 401)))
    run = begun(registry, content, keeper, replace=True)
    done, seen = threading.Event(), set[str]()

    def look() -> None:
        while not done.is_set():
            entries = [StoredRegistries().find(wanted(registry, n, f"P-{n}")) for n in ("1", "400")]
            assert all(entries)
            names = {str(entry.values["name"]).partition(" ")[0] for entry in entries if entry}
            seen.add("+".join(sorted(names)))
        connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    importing.confirm(run)
    done.set()
    thread.join()
    return seen


@pytest.mark.postgresql
@pytest.mark.usefixtures("transactional_db")
def test_whoever_looks_something_up_while_a_registry_is_replaced_finds_an_entry() -> None:
    registry = registry_of(OrganisationFactory())

    seen = look_up_during(registry, UserFactory(supervisor=True))

    # The two are looked up one after the other: the first may be old and the second new, never missing.
    assert seen
    assert seen <= {"old", "new", "new+old"}
    assert {entry.values["name"].partition(" ")[0] for entry in registry.entries.all()} == {"new"}


@pytest.mark.usefixtures("transactional_db")
def test_looking_up_does_not_fail_while_a_registry_is_replaced() -> None:
    registry = registry_of(OrganisationFactory())

    assert look_up_during(registry, UserFactory(supervisor=True))
