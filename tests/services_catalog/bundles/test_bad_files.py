"""Files that are no bundles, broken ones and hostile ones: refused in words, and nothing is imported."""

import io
import json
import struct
import zipfile
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest

from services_catalog.bundles import BundleRefused, import_bundle, plan_of, unpack
from services_catalog.bundles.archive import LARGEST_FILE
from services_catalog.models import ServicePage
from services_catalog.organisations.models import Organisation
from tests.services_catalog.bundles.parking import SERVICE, SUBJECT, TOWN, bundled, packed, parking


def members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", compression) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return written.getvalue()


def with_manifest(**changes: Any) -> bytes:
    parts = members(packed())
    manifest = {**json.loads(parts["bundle.json"]), **changes}
    return zipped({**parts, "bundle.json": json.dumps(manifest).encode()})


def with_member(name: str, part: bytes) -> bytes:
    """A member replaced or added, its digest in the manifest made to fit."""
    parts = {**members(packed()), name: part}
    manifest = json.loads(parts["bundle.json"])
    manifest["members"][name] = {"sha256": sha256(part).hexdigest()}
    return zipped({**parts, "bundle.json": json.dumps(manifest).encode()})


def with_lying_size() -> bytes:
    content = bytearray(zipped({**members(packed()), "files/big.bin": b"0" * 80_000_000}))
    at = content.rfind(b"PK\x01\x02", 0, content.rfind(b"files/big.bin"))
    struct.pack_into("<I", content, at + 24, 10)
    return bytes(content)


def twice() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("bundle.json", b"{}")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("bundle.json", b"{}")
    return written.getvalue()


BAD: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "no archive": lambda: b"hello",
    "cut off": lambda: packed()[:-30],
    "a byte changed": lambda: packed().replace(b"Parking permit", b"Parking Permit"),
    "an archive of something else": lambda: zipped({"files/a.txt": b"a"}),
    "another product": lambda: with_manifest(product="other"),
    "a newer format": lambda: with_manifest(format=2),
    "format zero": lambda: with_manifest(format=0),
    "format as a word": lambda: with_manifest(format="1"),
    "format as true": lambda: with_manifest(format=True),
    "an unknown part of the manifest": lambda: with_manifest(more=1),
    "members as a list": lambda: with_manifest(members=[]),
    "a place at a bad address": lambda: with_manifest(
        related={"a b": {"translation_key": "5d5f8c4e-6c52-4f0e-9a5c-0d1a7c0de0a1", "title": "a"}}
    ),
    "too many places": lambda: with_manifest(
        related={f"a{n}": {"translation_key": "5d5f8c4e-6c52-4f0e-9a5c-0d1a7c0de0a1", "title": "a"} for n in range(99)}
    ),
    "a member not named": lambda: zipped({**members(packed()), "files/more.txt": b"x"}),
    "a member missing": lambda: zipped({k: v for k, v in members(packed()).items() if not k.startswith("files/")}),
    "a path out of the folder": lambda: zipped({**members(packed()), "../../evil.json": b"{}"}),
    "an absolute path": lambda: zipped({**members(packed()), "/etc/passwd": b"x"}),
    "a hidden file": lambda: zipped({**members(packed()), "files/.htaccess": b"x"}),
    "a folder in files": lambda: zipped({**members(packed()), "files/a/b.txt": b"x"}),
    "a member twice": twice,
    "too many members": lambda: zipped({f"files/{n}.txt": b"" for n in range(500)}),
    "a bomb": lambda: zipped({**members(packed()), "files/big.bin": b"0" * 80_000_000}),
    "a bomb that lies": with_lying_size,
    "too large": lambda: b"0" * (LARGEST_FILE + 1),
    "packed otherwise": lambda: zipped(members(packed()), zipfile.ZIP_LZMA),
    "no json": lambda: with_member("services/parking-permit.json", b"{"),
    "no text": lambda: with_member("services/parking-permit.json", b"\xff\xfe"),
    "a list": lambda: with_member("services/parking-permit.json", b"[]"),
    "nested deeply": lambda: with_member("services/parking-permit.json", b'{"a":' * 100_000),
    "nested enough": lambda: with_member("services/parking-permit.json", b'{"a":' * 200 + b"1" + b"}" * 200),
    "no number": lambda: with_member("services/parking-permit.json", b'{"a": NaN}'),
    "a name twice": lambda: with_member("services/parking-permit.json", b'{"slug": "a", "slug": "b"}'),
    "a null in a text": lambda: with_member("services/parking-permit.json", b'{"slug": "a\\u0000"}'),
    "half a sign": lambda: with_member("services/parking-permit.json", b'{"slug": "\\ud800"}'),
    "a number no database holds": lambda: with_member(
        "services/parking-permit.json", b'{"duration": 1%s}' % (b"0" * 30)
    ),
    "more than any number": lambda: with_member("services/parking-permit.json", b'{"duration": 1e999}'),
    "an endless number": lambda: with_member("services/parking-permit.json", b'{"duration": ' + b"9" * 10_000 + b"}"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_in_words(name: str) -> None:
    with pytest.raises(BundleRefused) as refusal:
        unpack(BAD[name]())

    assert refusal.value.messages
    assert all(len(message) > 10 for message in refusal.value.messages)


def test_a_newer_format_is_refused_with_the_reason() -> None:
    with pytest.raises(BundleRefused) as refusal:
        unpack(with_manifest(format=7))

    assert "7" in refusal.value.messages[0]
    assert "1" in refusal.value.messages[0]


STEP = SERVICE["form_steps"][0]
WRONG: dict[str, dict[str, Any]] = {
    "no title": {"title": None},
    "a title that is a number": {"title": 5},
    "a title that is a list": {"title": ["a"]},
    "a title in an unknown language": {"title": {"fr": "Permis"}},
    "a title that is too long": {"title": {"ar": "ا" * 400, "en": "a" * 400}},
    "another slug inside": {"slug": None},
    "an unknown part": {"colour": "red"},
    "an internal part": {"path": "0001"},
    "a step that is a text": {"form_steps": ["car"]},
    "steps that are an object": {"form_steps": {"key": "car"}},
    "steps that are true": {"form_steps": True},
    "a step with an unknown part": {"form_steps": [{**STEP, "colour": "red"}]},
    "a question without a type": {"form_steps": [{**STEP, "fields": [{"key": "a"}]}]},
    "a question of an unknown type": {"form_steps": [{**STEP, "fields": [{**SUBJECT, "type": "telepathy"}]}]},
    "a type that is a list": {"form_steps": [{**STEP, "fields": [{**SUBJECT, "type": []}]}]},
    "a question that is null": {"form_steps": [{**STEP, "fields": [None]}]},
    "a label that is a number": {"form_steps": [{**STEP, "fields": [{**SUBJECT, "label": 5}]}]},
    "a label of numbers": {"form_steps": [{**STEP, "fields": [{**SUBJECT, "label": {"ar": 5, "en": 6}}]}]},
    "required as a word": {"form_steps": [{**STEP, "fields": [{**SUBJECT, "required": "yes"}]}]},
    "a key with a blank": {"form_steps": [{**STEP, "fields": [{**SUBJECT, "key": "a b"}]}]},
    "a key of a thousand letters": {"form_steps": [{**STEP, "fields": [{**SUBJECT, "key": "a" * 1000}]}]},
    "an amount that is a word": {"fee_lines": [{"words": {"ar": "رسم", "en": "Fee"}, "amount": "many"}]},
    "an amount below zero": {"fee_lines": [{"words": {"ar": "رسم", "en": "Fee"}, "amount": "-1"}]},
    "a duration that is a word": {"duration": "soon"},
    "a duration that is a list": {"duration": [1]},
    "a unit nobody knows": {"duration_unit": "moons"},
    "a day that is a number": {"returns_on": 5},
    "a mail address that is none": {"contact_email": "nobody"},
    "a department that is an object": {"department": {"key": "roads"}},
    "a category that is a list": {"category": ["driving"]},
    "a guide without its file": {"guides": [{"words": {"ar": "أ", "en": "a"}, "document": "lost.pdf"}]},
    "a guide that is a number": {"guides": [{"words": {"ar": "أ", "en": "a"}, "document": 5}]},
    "a service that is not there": {"related_services": ["nowhere"]},
    "a link to a file that is not there": {"description": {"ar": '<p><a linktype="document" id="x.pdf">a</a></p>'}},
    "paragraphs that differ": {"description": {"ar": "<p>أ</p><p>ب</p>", "en": "<p>a</p>"}},
    "a key of translations that is none": {"translation_key": "5"},
    "ids that are a list": {"ids": []},
    "ids that are no ids": {"ids": {"form_steps.car": "<b>"}},
    "languages that are a number": {"languages": 5},
    "no department": {"department": None},
}


@pytest.mark.django_db
@pytest.mark.usefixtures("services")
@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_part_of_a_service_is_refused_and_nothing_is_imported(name: str) -> None:
    with pytest.raises(BundleRefused) as refusal:
        import_bundle(bundled(parking(**WRONG[name])))

    assert refusal.value.messages
    assert all(refusal.value.messages)
    assert not ServicePage.objects.exists()
    assert not Organisation.objects.exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("services")
@pytest.mark.parametrize(
    ("place", "town"),
    [
        ("number_prefix", {**TOWN, "number_prefix": "lower case"}),
        ("time_zone", {**TOWN, "time_zone": "Mars/North"}),
        ("year_kind", {**TOWN, "year_kind": "lunar"}),
        ("phone", {**TOWN, "phone": "1" * 200}),
        ("name", {**TOWN, "name": "Town"}),
        ("colour", {**TOWN, "colour": "red"}),
        ("departments", {**TOWN, "departments": [{"key": "roads"}]}),
        ("departments", {**TOWN, "departments": 5}),
        ("categories", {**TOWN, "categories": [{"key": "a b c", "name": {"ar": "أ"}}]}),
        ("key", {**TOWN, "key": "a/b"}),
        ("key", {**TOWN, "key": "k" * 300}),
        ("key", {name: value for name, value in TOWN.items() if name != "key"}),
    ],
)
def test_a_wrong_part_of_a_body_is_refused_and_nothing_is_imported(place: str, town: dict[str, Any]) -> None:
    with pytest.raises(BundleRefused):
        import_bundle(bundled(town=town))

    assert not ServicePage.objects.exists()
    assert not Organisation.objects.exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("services")
def test_a_part_this_portal_does_not_know_is_told() -> None:
    assert "dragons" in plan_of(bundled(dragons={"smaug": {}})).problems[0]
