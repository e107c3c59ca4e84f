"""Rich text of content files: links by name outside, by id inside, and nothing the editor could not write."""

import re
from collections.abc import Callable
from functools import lru_cache

from django.utils.html import escape
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter
from wagtail.blocks import Block, PageChooserBlock
from wagtail.documents.blocks import DocumentChooserBlock

from services_catalog.content.places import with_block_keys, without_block_keys
from services_catalog.content.refusal import ContentError

_LINK = re.compile(r"<a\b[^>]*\blinktype=\"(document|page)\"[^>]*>")
_ID = re.compile(r"\bid=\"([^\"]*)\"")
_CHOOSERS: dict[str, Block] = {"document": DocumentChooserBlock(), "page": PageChooserBlock()}


def stored(html: str, features: list[str], key: str, chosen: Callable[[Block, str], int], place: str) -> str:
    """What the editor would have stored for `html`. What its toolbar does not offer is taken out."""

    def by_id(tag: re.Match[str]) -> str:
        name = _ID.search(tag[0])
        if name is None:
            raise ContentError(f"{place}: {tag[0]}")
        return f'<a linktype="{tag[1]}" id="{chosen(_CHOOSERS[tag[1]], name[1])}">'

    if not html:
        return ""
    keyed = with_block_keys(_LINK.sub(by_id, html), key)
    converter = _converter(tuple(features))
    return str(converter.to_database_format(converter.from_database_format(keyed)))


def written(html: str, key: str, name_of: Callable[[Block, int], str]) -> str:
    """The other way round: ids of documents and pages become names."""

    def by_name(tag: re.Match[str]) -> str:
        found = _ID.search(tag[0])
        name = name_of(_CHOOSERS[tag[1]], int(found[1])) if found and found[1].isdecimal() else ""
        return f'<a linktype="{tag[1]}" id="{escape(name)}">'

    return _LINK.sub(by_name, without_block_keys(html, key))


@lru_cache(maxsize=8)
def _converter(features: tuple[str, ...]) -> ContentstateConverter:
    return ContentstateConverter(list(features))
