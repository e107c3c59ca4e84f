"""A page from a content file: made or changed, published, and published in the other languages."""

from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.core.files import File
from django.db import models, transaction
from wagtail.blocks import Block, PageChooserBlock
from wagtail.documents import get_document_model
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Collection, Page

from services_catalog.content.folders import ContentError, Folder
from services_catalog.content.translations import translate
from services_catalog.content.written import Words, Writer, with_block_keys
from services_catalog.models import ServiceCategory, ServicePage
from services_catalog.organisations.models import Department

P = TypeVar("P", bound=Page)


@transaction.atomic
def load_page(model: type[P], content: dict[str, Any], *, parent: Page, folder: Folder) -> P:
    """Make or change the page with this slug below `parent` and publish it in every language.

    Raises:
        ContentError: naming what is wrong in the file.
    """
    slug = content["slug"]
    page = model.objects.child_of(parent).filter(slug=slug).first() or model(slug=slug, locale=parent.locale)
    words = Words(settings.LANGUAGE_CODE)
    writer = Writer(slug, words, lambda block, name: _chosen(block, name, folder))
    for name, value in content.items():
        _set(page, name, value, writer)
    if page.pk is None:
        parent.add_child(instance=page)
    page.save_revision(changed=True).publish()
    page.refresh_from_db()
    # What waits for the commit in a request is wanted at once here: the next page may stand below this one.
    translate(page, words)
    return page


def _set(page: Page, name: str, value: Any, writer: Writer) -> None:
    try:
        field = page._meta.get_field(name)
    except FieldDoesNotExist:
        raise ContentError(f"{writer.page}: a page has no “{name}”") from None
    if isinstance(field, StreamField):
        raw = writer.raw(field.stream_block, value, name)
        setattr(page, name, field.stream_block.to_python(raw))
    elif isinstance(field, models.ForeignKey):
        setattr(page, name, _related(field, value, writer.page))
    elif isinstance(field, RichTextField):
        setattr(page, name, with_block_keys(writer.words.read(value), f"{writer.page}.{name}"))
    else:
        setattr(page, name, writer.words.read(value))


def _related(field: "models.ForeignKey[Any, Any]", key: str, place: str) -> models.Model:
    """Departments are written as `organisation/department`, categories by their key."""
    if field.related_model is Department:
        organisation, _slash, department = key.partition("/")
        found: models.Model | None = Department.objects.filter(organisation__key=organisation, key=department).first()
    else:
        found = ServiceCategory.objects.filter(key=key).first()
    if found is None:
        raise ContentError(f"{place}: there is no {field.verbose_name} “{key}”")
    return found


def _chosen(block: Block, name: str, folder: Folder) -> int:
    if isinstance(block, DocumentChooserBlock):
        return _document(folder, name)
    if isinstance(block, PageChooserBlock):
        page = ServicePage.objects.filter(slug=name, locale__language_code=settings.LANGUAGE_CODE).first()
        if page is None:
            raise ContentError(f"{folder.name}: there is no service “{name}” to refer to")
        return int(page.pk)
    raise ContentError(f"{folder.name}: “{name}” cannot be chosen in a content file")


def _document(folder: Folder, name: str) -> int:
    """The Wagtail document of a file that travels with the content; a changed file replaces the old one."""
    path: Path = folder.media(name)
    model = get_document_model()
    title = f"{folder.name}/{name}"
    document = model.objects.filter(title=title).first() or model(
        title=title, collection=Collection.get_first_root_node()
    )
    with path.open("rb") as content:
        if document.pk and document.file_size == path.stat().st_size and _same(document, content.read()):
            return int(document.pk)
        content.seek(0)
        document.file.save(path.name, File(content), save=False)
        document.file_size = path.stat().st_size
        document.file_hash = ""
        document.save()
        document.get_file_hash()
    return int(document.pk)


def _same(document: Any, content: bytes) -> bool:
    try:
        with document.file.open("rb") as stored:
            return bool(stored.read() == content)
    except FileNotFoundError:
        return False
