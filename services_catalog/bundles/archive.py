"""The file itself: a ZIP, read with distrust and written the same way each time.

Members are stored without compression, in one order and with one date, so that a service that did
not change is byte for byte the same file. Nothing is ever unpacked to disk.
"""

import io
import json
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Annotated, Any, Literal, TypeVar
from uuid import UUID
from zlib import error as zlib_error

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services_catalog.content import ContentError
from services_catalog.content.media import MediaFile

FORMAT = 1
PRODUCT = "diwan"
MANIFEST = "bundle.json"
ORGANISATION = "organisation.json"
LARGEST_FILE = 30 * 1024 * 1024
MOST_MEMBERS = 400
_LARGEST_UNPACKED = 60 * 1024 * 1024
_LARGEST_JSON = 4 * 1024 * 1024
_DEEPEST = 60
_LARGEST_NUMBER = 10**12
_KINDS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_ALWAYS = (1980, 1, 1, 0, 0, 0)
# A member's name is a path of its own folder: it cannot lead out of it.
_SERVICE = re.compile(r"services/([a-z0-9][a-z0-9_-]{0,99})\.json")
_SECTION = re.compile(r"([a-z][a-z_]{0,49})\.json")
_MEDIA = re.compile(r"files/(\w[\w.-]{0,150})")

M = TypeVar("M", bound=BaseModel)
_Json = dict[str, Any]
_Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,99}$")]


class BundleRefused(Exception):
    """A bundle that is not imported; each message says what to put right."""

    def __init__(self, *messages: str) -> None:
        self.messages = list(messages)
        super().__init__(" ".join(messages))


class Related(BaseModel):
    """A service that this one refers to, as far as its place can be kept for it."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    translation_key: UUID
    title: str = Field(min_length=1, max_length=255)


class Member(BaseModel):
    """What the manifest says of a member of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    title: str = Field(default="", max_length=255)


class Manifest(BaseModel):
    """`bundle.json`."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    product: Literal["diwan"] = "diwan"
    format: int = FORMAT
    related: dict[Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,99}$")], Related] = Field(
        default={}, max_length=60
    )
    members: dict[str, Member]


@dataclass
class Bundle:
    """What a bundle holds.

    Attributes:
        records: of each section, its records by key; of the services by slug.
        digest: of the file it was read from.
    """

    records: dict[str, dict[str, _Json]] = field(default_factory=dict)
    related: dict[str, Related] = field(default_factory=dict)
    media: dict[str, MediaFile] = field(default_factory=dict)
    digest: str = ""

    @property
    def services(self) -> dict[str, _Json]:
        return self.records.get("services", {})


def pack(members: dict[str, _Json], media: Iterable[MediaFile], related: dict[str, Related]) -> bytes:
    """The bytes of a bundle."""
    content = {name: _written(value) for name, value in sorted(members.items())}
    titles = {}
    for file in sorted(media, key=lambda file: file.name):
        content[f"files/{file.name}"] = file.content
        titles[f"files/{file.name}"] = file.title
    manifest = Manifest(
        related=dict(sorted(related.items())),
        members={
            name: Member(sha256=sha256(part).hexdigest(), title=titles.get(name, "")) for name, part in content.items()
        },
    )
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as archive:
        for name, part in {MANIFEST: _written(manifest.model_dump(mode="json")), **content}.items():
            entry = zipfile.ZipInfo(name, _ALWAYS)
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            archive.writestr(entry, part)
    return written.getvalue()


def unpack(content: bytes) -> Bundle:
    """A bundle from the bytes of a file that may come from anybody.

    Raises:
        BundleRefused: saying what the file is instead, or what in it is wrong.
    """
    if len(content) > LARGEST_FILE:
        raise BundleRefused(_("The file is larger than %(size)s MB.") % {"size": LARGEST_FILE // 1024 // 1024})
    members = _members(content)
    if MANIFEST not in members:
        raise BundleRefused(
            _("This is no bundle: it holds no %(name)s. Export the service again.") % {"name": MANIFEST}
        )
    manifest = _manifest(members.pop(MANIFEST))
    _compare(manifest, members)
    return _sorted_out(manifest, members, sha256(content).hexdigest())


def checked(model: type[M], value: Any, place: str) -> M:
    """`value` as `model`; what does not fit is told with its place.

    Raises:
        BundleRefused: with a message for each part.
    """
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise BundleRefused(*(_fault(place, fault) for fault in error.errors())) from error


def _members(content: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            _check_entries(entries)
            found: dict[str, bytes] = {}
            left = _LARGEST_UNPACKED
            for entry in entries:
                # What the archive says of its sizes need not be true: no more is read than may be.
                with archive.open(entry) as stream:
                    part = stream.read(left + 1)
                left -= len(part)
                if left < 0:
                    raise BundleRefused(_("Unpacked, the file is too large to be a bundle."))
                found[entry.filename] = part
            return found
    # Whatever a damaged archive brings forth: zipfile promises no single exception.
    except (zipfile.BadZipFile, zipfile.LargeZipFile, zlib_error, EOFError, OSError, ValueError, RuntimeError) as error:
        raise BundleRefused(_("The file cannot be read: it is no ZIP archive, or it is damaged.")) from error


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_MEMBERS:
        raise BundleRefused(_("The file holds more than %(number)s parts.") % {"number": MOST_MEMBERS})
    names = [entry.filename for entry in entries]
    for entry in entries:
        name = entry.filename
        if not any(pattern.fullmatch(name) for pattern in (_SERVICE, _SECTION, _MEDIA)):
            raise BundleRefused(_("“%(name)s” does not belong into a bundle.") % {"name": name[:100]})
        if names.count(name) > 1:
            raise BundleRefused(_("“%(name)s” stands twice in the file.") % {"name": name})
        if entry.flag_bits & 0x1 or entry.compress_type not in _KINDS:
            raise BundleRefused(_("“%(name)s” is encrypted or packed in an unknown way.") % {"name": name})
    if sum(entry.file_size for entry in entries) > _LARGEST_UNPACKED:
        raise BundleRefused(_("Unpacked, the file is too large to be a bundle."))


def _manifest(content: bytes) -> Manifest:
    value = _read(content, MANIFEST)
    if value.get("product") != PRODUCT:
        raise BundleRefused(_("This is no bundle of a service of this product."))
    number = value.get("format")
    if isinstance(number, int) and not isinstance(number, bool) and number > FORMAT:
        raise BundleRefused(
            _(
                "The bundle has format %(number)s; this portal reads up to format %(known)s. "
                "Update this portal, or export the service from an older one."
            )
            % {"number": number, "known": FORMAT}
        )
    if isinstance(number, bool) or number != FORMAT:
        raise BundleRefused(
            _("The format of the bundle is unknown. This portal reads format %(known)s.") % {"known": FORMAT}
        )
    return checked(Manifest, value, MANIFEST)


def _compare(manifest: Manifest, members: dict[str, bytes]) -> None:
    """The manifest names every member with its digest: what was changed or lost on the way is seen."""
    missing = sorted(manifest.members.keys() - members.keys())
    surplus = sorted(members.keys() - manifest.members.keys())
    changed = sorted(
        name
        for name in manifest.members.keys() & members.keys()
        if sha256(members[name]).hexdigest() != manifest.members[name].sha256
    )
    messages = [
        *(_("“%(name)s” is missing from the file.") % {"name": name} for name in missing),
        *(_("“%(name)s” is in the file, and its list of contents does not name it.") % {"name": n} for n in surplus),
        *(_("“%(name)s” is not what it was when the service was exported.") % {"name": name} for name in changed),
    ]
    if messages:
        raise BundleRefused(*messages, _("Export the service again."))


def _sorted_out(manifest: Manifest, members: dict[str, bytes], digest: str) -> Bundle:
    bundle = Bundle(related=dict(manifest.related), digest=digest)
    for name, part in members.items():
        if found := _MEDIA.fullmatch(name):
            title = manifest.members[name].title or found[1]
            bundle.media[found[1]] = MediaFile(found[1], title, part)
        elif found := _SERVICE.fullmatch(name):
            bundle.records.setdefault("services", {})[found[1]] = _read(part, name)
        elif found := _SECTION.fullmatch(name):
            bundle.records[found[1]] = _read(part, name)
    if not bundle.services:
        raise BundleRefused(_("The bundle holds no service."))
    return bundle


def _written(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def _read(content: bytes, name: str) -> _Json:
    if len(content) > _LARGEST_JSON:
        raise BundleRefused(_("%(name)s is too large.") % {"name": name})
    try:
        value = json.loads(content.decode("utf-8"), object_pairs_hook=_no_doubles, parse_constant=_no_constant)
        _check_storable(value)
    except (ValueError, RecursionError) as error:
        raise BundleRefused(_("%(name)s cannot be read: %(error)s") % {"name": name, "error": error}) from error
    if not isinstance(value, dict):
        raise BundleRefused(_("%(name)s: write one JSON object.") % {"name": name})
    return value


def _no_doubles(pairs: list[tuple[str, Any]]) -> _Json:
    value = dict(pairs)
    if len(value) < len(pairs):
        raise ValueError(_("a name stands twice in one object"))
    return value


def _no_constant(name: str) -> Any:
    raise ValueError(_("%(name)s is no number") % {"name": name})


def _check_storable(value: Any, depth: int = 0) -> None:
    """No database takes these, and a reader of the page would not see them."""
    if depth > _DEEPEST:
        raise ValueError(_("it is nested too deeply"))
    if isinstance(value, str) and any(mark == "\0" or "\ud800" <= mark <= "\udfff" for mark in value):
        raise ValueError(_("a text holds a sign that cannot be stored"))
    if isinstance(value, int | float) and abs(value) > _LARGEST_NUMBER:
        raise ValueError(_("a number is too large"))
    for part in [*value, *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else ():
        _check_storable(part, depth + 1)


def _fault(place: str, fault: Any) -> str:
    where = ", ".join([place, ".".join(str(part) for part in fault["loc"])] if fault["loc"] else [place])
    words = {
        "missing": _("is missing"),
        "extra_forbidden": _("is not known here"),
        "string_too_long": _("is too long"),
        "string_too_short": _("is empty"),
    }
    return f"{where}: {words.get(fault['type'], _('does not fit here'))}"


def refused(error: ContentError, name: str) -> BundleRefused:
    """What the reader of content files refused, as a refusal of the bundle."""
    return BundleRefused(*(f"{name}: {message}" for message in error.messages))
