"""What a service page is made of besides its form: lists of small entries.

Words are translated by wagtail-localize; amounts, documents and versions are the source page's.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks import DecimalBlock, PageChooserBlock, RichTextBlock, StructBlock
from wagtail.documents.blocks import DocumentChooserBlock

from cms.blocks import CodeBlock, LineBlock, LinesBlock, LocalisedTextBlock
from forms_builder.fields import editing

RICH_TEXT = ["bold", "italic", "link", "document-link", "ol", "ul", "h3"]
SMALL_RICH_TEXT = ["bold", "italic", "link", "document-link", "ol", "ul"]


class ListOf(blocks.StreamBlock):
    """A list of one kind of entry."""

    def __init__(self, name: str = "", entry: Any = None, local_blocks: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(local_blocks or [(name, entry)], **kwargs)


class RequiredDocumentBlock(StructBlock):
    """A paper the applicant needs."""

    name = LineBlock(label=_("Document"), max_length=200)
    note = LineBlock(label=_("Note"), required=False, max_length=300, help_text=_("For example: signed and dated."))
    only_if = LineBlock(
        label=_("Only when"), required=False, max_length=100, help_text=_("For example: if any. Empty means always.")
    )
    sample = DocumentChooserBlock(label=_("Sample to download"), required=False)

    class Meta:
        icon = "doc-full"
        label = _("Document")


class FeeLineBlock(StructBlock):
    """One amount and what it is for. Read from the source page, so its words carry every language."""

    words = LocalisedTextBlock(label=_("What it is for"), help_text=_("Stands beside the amount."))
    amount = DecimalBlock(
        label=_("Amount"), help_text=_("In the organisation's currency."), min_value=0, max_digits=12, decimal_places=3
    )
    per = CodeBlock(
        regex=editing.KEY_PATTERN,
        required=False,
        label=_("Times the answer of"),
        help_text=_("Key of a number in the form, for example of a computed one that counts entries. Empty: once."),
    )
    show_if = editing.SHOW_IF

    class Meta:
        icon = "tag"
        label = _("Fee")
        form_layout = blocks.BlockGroup(children=["words", "amount"], settings=["per", "show_if"])


class ServiceStepBlock(StructBlock):
    """One step on the applicant's way."""

    title = LineBlock(label=_("Step"), max_length=200)
    note = LineBlock(label=_("Note"), required=False, max_length=300)

    class Meta:
        icon = "list-ol"
        label = _("Step")


class QuestionBlock(StructBlock):
    """A frequent question and its answer."""

    question = LineBlock(label=_("Question"), max_length=250)
    answer = RichTextBlock(label=_("Answer"), features=SMALL_RICH_TEXT)

    class Meta:
        icon = "help"
        label = _("Question")


class GuideBlock(StructBlock):
    """A guide to download. The version is printed beside it."""

    words = LocalisedTextBlock(label=_("Name"))
    version = LineBlock(label=_("Version"), required=False, max_length=20)
    document = DocumentChooserBlock(label=_("File"))

    class Meta:
        icon = "download"
        label = _("Guide")


def text_entry(label: Any, *, long: bool = False) -> Any:
    """One line of a plain list (a beneficiary, a channel, a condition)."""
    return LinesBlock(label=label, rows=2, max_length=600) if long else LineBlock(label=label, max_length=150)


def related_service() -> Any:
    """A chooser of another service."""
    return PageChooserBlock(page_type="services_catalog.ServicePage", label=_("Service"))
