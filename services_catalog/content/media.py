"""Files that travel with content: documents of the site by name, and out again under a name of their own."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO
from pathlib import PurePath
from typing import Any

from django.core.files.base import ContentFile
from django.db.models.fields.files import FieldFile
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _
from PIL import Image as Picture
from PIL import UnidentifiedImageError
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Collection

from services_catalog.content.refusal import ContentError

_LONGEST_STEM = 80
_MOST_PIXELS = 25_000_000
_PICTURES = ("PNG", "JPEG", "GIF", "WEBP")


@dataclass(frozen=True)
class MediaFile:
    """A file as it travels; its title is what the site calls it."""

    name: str
    title: str
    content: bytes


class Media(ABC):
    """Where the files come from that content names."""

    def __init__(self) -> None:
        # What was put into the storage: it knows no transaction, so a rollback has to take it out again.
        self._stored: list[FieldFile] = []

    @abstractmethod
    def media(self, name: str) -> MediaFile:
        """A file that travels with the content.

        Raises:
            ContentError: when there is no such file.
        """

    def document(self, name: str) -> int:
        """The site's document with this title and content; a new one where there is none.

        A document of another content is left as it is: other pages may offer it.
        """
        file = self.media(name)
        model = get_document_model()
        for found in model.objects.filter(title=file.title, file_size=len(file.content)).order_by("pk"):
            if content_of(found.file) == file.content:
                return int(found.pk)
        document = model(title=file.title, file_size=len(file.content), collection=Collection.get_first_root_node())
        self._store(document, file)
        document.get_file_hash()
        return int(document.pk)

    def image(self, name: str) -> int:
        """The site's picture with this title and content; a new one where there is none.

        Raises:
            ContentError: when the file is no picture, or one that is too large to be drawn.
        """
        file = self.media(name)
        model = get_image_model()
        for found in model.objects.filter(title=file.title, file_size=len(file.content)).order_by("pk"):
            if content_of(found.file) == file.content:
                return int(found.pk)
        image = model(title=file.title, file_size=len(file.content), collection=Collection.get_first_root_node())
        if not _is_a_picture(file.content):
            raise ContentError(_("files/%(name)s is no picture, or one that is too large") % {"name": name})
        self._store(image, file)
        image.get_file_hash()
        return int(image.pk)

    def take_back(self) -> None:
        """Called after a rollback: the rows are gone, and so are their files."""
        for stored in self._stored:
            stored.storage.delete(str(stored.name))
        self._stored.clear()

    def _store(self, row: Any, file: MediaFile) -> None:
        row.file = ContentFile(file.content, name=file.name)
        row.full_clean()
        row.save()
        self._stored.append(row.file)


@dataclass
class Packed:
    """Files on their way out, each named after its title and content, so that equal files are one."""

    files: dict[str, MediaFile] = field(default_factory=dict)

    def __iter__(self) -> Iterator[MediaFile]:
        return iter(self.files.values())

    def document(self, key: int) -> str:
        """The name under which a document travels; empty when it or its file is gone."""
        document = get_document_model().objects.filter(pk=key).first()
        if document is None:
            return ""
        content = content_of(document.file)
        return self.add(document.title, document.file.name, content) if content is not None else ""

    def image(self, key: int) -> str:
        """The name under which a picture travels; empty when it or its file is gone."""
        image = get_image_model().objects.filter(pk=key).first()
        content = content_of(image.file) if image else None
        return self.add(image.title, image.file.name, content) if content is not None else ""

    def add(self, title: str, file_name: str, content: bytes) -> str:
        name = _name(title, file_name, content)
        self.files[name] = MediaFile(name, title, content)
        return name


def content_of(file: FieldFile) -> bytes | None:
    """What is stored; None when the storage has lost it."""
    try:
        with file.open("rb") as stored:
            return bytes(stored.read())
    except FileNotFoundError:
        return None


def _is_a_picture(content: bytes) -> bool:
    """Whether this is a picture of dots that can be drawn; one of lines (SVG) may hold a script."""
    try:
        with Picture.open(BytesIO(content), formats=_PICTURES) as picture:
            width, height = picture.size
            picture.verify()
    except (UnidentifiedImageError, Picture.DecompressionBombError, OSError, SyntaxError, ValueError):
        return False
    return width * height <= _MOST_PIXELS


def _name(title: str, file_name: str, content: bytes) -> str:
    suffix = PurePath(file_name).suffix.lower()
    stem = PurePath(title.replace("\\", "/")).name.removesuffix(suffix)
    safe = get_valid_filename(stem or "file").strip("._-")[:_LONGEST_STEM] or "file"
    return f"{safe}-{sha256(content).hexdigest()[:12]}{suffix}"
