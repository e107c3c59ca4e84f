"""A page from a content file: made or changed, published, and published in the other languages."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _
from wagtail.blocks import Block, PageChooserBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

from services_catalog.content.faults import in_words
from services_catalog.content.media import Media
from services_catalog.content.places import translation_key_of
from services_catalog.content.refusal import ContentError
from services_catalog.content.translations import translate
from services_catalog.content.written import Words, Writer, is_texts
from services_catalog.models import ServiceCategory, ServicePage
from services_catalog.organisations.models import Department
from services_catalog.processes.models import Workflow

P = TypeVar("P", bound=Page)

# Beside the fields of a page: who it is, its languages, and ids that do not follow from a place.
FRAME = frozenset({"translation_key", "languages", "ids"})
# Fields of every page that a file may hold, beside those of its own model.
OF_EVERY_PAGE = ("title", "slug", "seo_title", "search_description", "show_in_menus")


@dataclass(frozen=True)
class Reading:
    """How a page is loaded.

    Attributes:
        media: where the files come from that the page names.
        found: the id of a page that is named, in a chooser or a link.
        live: whether it is published; otherwise it stays a draft, and may be unfinished.
        user: who is named in its history.
    """

    media: Media
    found: Callable[[str], int | None]
    live: bool = True
    user: Any = None


@transaction.atomic
def load_page(model: type[P], content: dict[str, Any], *, parent: Page, reading: Reading) -> P:
    """Make or change the page of this file below `parent`. What the file does not say is as in a new page.

    Raises:
        ContentError: naming what is wrong in the file.
        NotReadyToGoLive: when the form must be put right first.
    """
    page = _page_of(model, content, parent)
    words = Words(settings.LANGUAGE_CODE)
    writer = Writer(page.slug, words, lambda block, name: _chosen(block, name, page.slug, reading), _ids(content))
    for name in content.keys() - FRAME:
        _field(model, name, page.slug)
    for name in fields_of(model):
        _set(page, name, content.get(name), writer, is_written=name in content)
    if reading.live:
        _check(page, writer)
    if page.pk is None:
        # Goes live with its revision, below: its form is reviewed once.
        page.live, page.has_unpublished_changes = False, True
        _refused_in_words(page, lambda: parent.add_child(instance=page))
    revision = _refused_in_words(page, lambda: page.save_revision(changed=True, user=reading.user))
    if reading.live:
        revision.publish(user=reading.user)
        page.refresh_from_db()
    # What waits for the commit in a request is wanted at once here: the next page may stand below this one.
    translate(page, words, _languages(content), live=reading.live)
    return page


def fields_of(model: type[Page]) -> list[str]:
    """The fields of a page that its file holds, in their order."""
    own = [
        field.name
        for field in model._meta.local_fields
        if field.editable and not field.primary_key and not isinstance(field, models.OneToOneField)
    ]
    return [*OF_EVERY_PAGE, *own]


def _page_of(model: type[P], content: dict[str, Any], parent: Page) -> P:
    slug = content.get("slug")
    if not isinstance(slug, str) or not slug:
        raise ContentError(_("A page needs a slug."))
    pages = model.objects.child_of(parent)
    key = UUID(content["translation_key"]) if content.get("translation_key") else None
    page = pages.filter(translation_key=key).first() if key else pages.filter(slug=slug).first()
    if page is not None:
        page.slug = slug
        return page
    made = model(slug=slug, locale=parent.locale)
    if key or issubclass(model, ServicePage):
        made.translation_key = key or translation_key_of(slug)
    return made


def _ids(content: dict[str, Any]) -> dict[str, str]:
    ids = content.get("ids", {})
    if not isinstance(ids, dict) or not all(isinstance(part, str) for pair in ids.items() for part in pair):
        raise ContentError(_("%(place)s: write an object of texts") % {"place": "ids"})
    return ids


def _languages(content: dict[str, Any]) -> Collection[str]:
    every = [code for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES]
    return [code for code in content.get("languages", every) if code in every]


def _field(model: type[Page], name: str, page: str) -> Any:
    try:
        if name in fields_of(model):
            return model._meta.get_field(name)
    except FieldDoesNotExist:
        pass
    raise ContentError(_("%(page)s: a page has no “%(name)s”") % {"page": page, "name": name})


def _set(page: Page, name: str, value: Any, writer: Writer, *, is_written: bool) -> None:
    field = _field(type(page), name, writer.page)
    if isinstance(field, StreamField):
        raw = writer.raw(field.stream_block, value if is_written else [], name)
        setattr(page, name, field.stream_block.to_python(raw))
    elif not is_written:
        setattr(page, name, field.get_default())
    elif isinstance(field, models.ForeignKey):
        setattr(page, name, _related(field, value, writer.page))
    elif isinstance(field, RichTextField):
        texts = writer.rich_texts(value, list(field.features or []), name)
        setattr(page, name, writer.words.read(texts, name, is_rich=True) or "")
    else:
        setattr(page, name, _simple(page, field, value, writer))


def _simple(page: Page, field: "models.Field[Any, Any]", value: Any, writer: Writer) -> Any:
    is_text = isinstance(field, models.CharField | models.TextField)
    if (is_text and not (isinstance(value, str) or is_texts(value))) or (
        not is_text and isinstance(value, list | dict)
    ):
        raise ContentError(f"{writer.page}, {field.name}: {_('this value does not fit here')}")
    found = writer.words.read(value, field.name)
    try:
        return field.to_python(found) if found or not is_text else found
    except (ValidationError, ValueError, TypeError, ArithmeticError) as error:
        raise ContentError(f"{writer.page}, {field.name}: {_('this value does not fit here')}") from error


def _check(page: Page, writer: Writer) -> None:
    """What the editor's form would refuse, told with its place."""
    for field in page._meta.local_fields:
        if isinstance(field, StreamField):
            value = getattr(page, field.name)
            try:
                field.stream_block.clean(value)
            except ValidationError as error:
                raise ContentError(
                    *(f"{writer.page}, {field.name}: {line}" for line in in_words(value, error))
                ) from error


def _refused_in_words(page: Page, act: Callable[[], Any]) -> Any:
    try:
        return act()
    except ValidationError as error:
        if hasattr(error, "faults"):
            raise
        fields = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        raise ContentError(
            *(f"{page.slug}, {name}: {message}" for name, messages in fields.items() for message in messages)
        ) from error


def _related(field: "models.ForeignKey[Any, Any]", key: Any, place: str) -> models.Model:
    """Departments are written as `organisation/department`, categories and workflows by their key."""
    found: models.Model | None = None
    if isinstance(key, str) and field.related_model is Department:
        organisation, _slash, department = key.partition("/")
        found = Department.objects.filter(organisation__key=organisation, key=department).first()
    elif isinstance(key, str) and field.related_model is Workflow:
        found = Workflow.objects.filter(key=key).first()
    elif isinstance(key, str):
        found = ServiceCategory.objects.filter(key=key).first()
    if found is None:
        raise ContentError(
            _("%(place)s: there is no %(kind)s “%(key)s”") % {"place": place, "kind": field.verbose_name, "key": key}
        )
    return found


def _chosen(block: Block, name: str, page: str, reading: Reading) -> int:
    if not name:
        return 0  # a link that was broken already where it comes from
    if isinstance(block, DocumentChooserBlock):
        return reading.media.document(name)
    if isinstance(block, PageChooserBlock):
        found = reading.found(name)
        if found is None:
            raise ContentError(_("%(page)s: there is no service “%(name)s” to refer to") % {"page": page, "name": name})
        return found
    raise ContentError(_("%(page)s: “%(name)s” cannot be chosen in a content file") % {"page": page, "name": name})
