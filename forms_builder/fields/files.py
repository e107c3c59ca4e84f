"""One file or several. An answer holds references; the files are stored before the step is checked."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from pydantic import Field
from wagtail import blocks

from cms.languages import in_language
from forms_builder import wording
from forms_builder.fields import base, editing
from forms_builder.fields.base import Answer, Column, Context, FileRef, FileUrl
from forms_builder.fields.inputs import TypedMixin
from forms_builder.fields.showing import left_to_right, listed, listed_html, megabytes, name_of_file
from forms_builder.kinds import KINDS, accept, endings, stored_types
from forms_builder.spec import FieldSpec

MOST_FILES = 25
MOST_MEGABYTES = 25
MEGABYTE = 1024 * 1024


class FileListWidget(forms.Widget):
    """Nothing is read from what was posted: the stored files are passed to the form."""

    needs_multipart_form = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return None


class FilesField(TypedMixin, forms.Field):
    """Cleaned to a list of references within the limits."""

    def __init__(self, *, question: str, kinds: Sequence[str], max_bytes: int, max_files: int, **kwargs: Any) -> None:
        self.question = question
        self.kinds = kinds
        self.max_bytes = max_bytes
        self.max_files = max_files
        super().__init__(widget=FileListWidget(), **kwargs)

    def clean(self, value: Any) -> list[dict[str, Any]]:
        refs = [dict(ref) for ref in value or []]
        if not refs and self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(refs) > self.max_files:
            raise ValidationError(
                ngettext(
                    "Keep %(number)s file and remove the others: %(question)s",
                    "Keep %(number)s files and remove the others: %(question)s",
                    self.max_files,
                )
                % {"number": self.max_files, "question": self.question},
                code="too_many",
            )
        for ref in refs:
            self._check(ref)
        return refs

    def _check(self, ref: Mapping[str, Any]) -> None:
        # The door for uploads has checked the content; a file may also come from an older form version.
        if ref["type"] not in stored_types(self.kinds) or ref["size"] > self.max_bytes:
            raise ValidationError(
                _("Replace %(name)s: upload %(kinds)s of up to %(size)s")
                % {"name": ref["name"], "kinds": " / ".join(endings(self.kinds)), "size": megabytes(self.max_bytes)},
                code="file",
            )


@base.register
class Files(base.FieldType):
    """Uploaded files, limited in kind, size and count."""

    key = "files"
    label = gettext_lazy("Files")
    icon = "upload"
    menu = editing.FILES
    operators = ("answered", "not_answered")
    personal = True
    template = "components/fields/files.html"

    class Settings(base.Settings):
        kinds: list[str] = []
        max_megabytes: int = Field(default=0, ge=0, le=MOST_MEGABYTES)
        max_files: int = Field(default=0, ge=0, le=MOST_FILES)

    def block(self) -> blocks.StructBlock:
        kinds = blocks.MultipleChoiceBlock(
            choices=[(key, kind.label) for key, kind in KINDS.items()],
            default=["pdf", "jpg", "png"],
            widget=forms.CheckboxSelectMultiple,
            label=gettext_lazy("Kinds of file"),
            help_text=gettext_lazy("Everything else is refused, whatever its name says."),
        )
        size = blocks.IntegerBlock(
            default=5,
            min_value=1,
            max_value=MOST_MEGABYTES,
            label=gettext_lazy("Megabytes of each file at most"),
            help_text=gettext_lazy("Larger files are refused with words."),
        )
        count = blocks.IntegerBlock(
            default=1,
            min_value=1,
            max_value=MOST_FILES,
            label=gettext_lazy("Files at most"),
            help_text=gettext_lazy("How many files one answer may have."),
        )
        return editing.question_block(
            label=self.label,
            icon=self.icon,
            menu=self.menu,
            main=[("kinds", kinds), ("max_megabytes", size), ("max_files", count)],
        )

    def faults(self, spec: FieldSpec) -> Iterator[str]:
        settings = self.settings(spec)
        if not settings.kinds:
            yield _("Choose which kinds of file are accepted.")
        elif set(settings.kinds) - set(KINDS):
            yield _("Choose the kinds of file again: one of them does not exist.")
        if not settings.max_megabytes:
            yield _("Set how large a file may be.")
        if not settings.max_files:
            yield _("Set how many files may be uploaded.")

    def max_bytes(self, spec: FieldSpec) -> int:
        return int(self.settings(spec).max_megabytes) * MEGABYTE

    def form_field(self, spec: FieldSpec, context: Context, *, required: bool) -> forms.Field:
        settings = self.settings(spec)
        field = FilesField(
            required=required,
            question=wording.name_of(spec),
            kinds=settings.kinds,
            max_bytes=self.max_bytes(spec),
            max_files=settings.max_files,
            error_messages={"required": wording.upload(spec)},
        )
        field.accept = accept(settings.kinds)  # type: ignore[attr-defined]  # for the browser's file dialogue
        return field

    def fits(self, answer: Answer) -> bool:
        return isinstance(answer, list) and all(
            isinstance(ref, Mapping)
            and set(ref) == {"id", "name", "size", "type"}
            and isinstance(ref["size"], int)
            and all(isinstance(ref[part], str) for part in ("id", "name", "type"))
            for ref in answer
        )

    def example(self, spec: FieldSpec, context: Context) -> Answer:
        kind = KINDS[self.settings(spec).kinds[0]]
        # A HEIC picture is stored as JPG.
        (stored,) = stored_types([self.settings(spec).kinds[0]])
        ending = kind.endings[0] if stored == kind.content_type else "jpg"
        return [{"id": f"example-{spec.key}", "name": f"example.{ending}", "size": 1000, "type": stored}]

    def as_text(self, spec: FieldSpec, answer: Answer, language: str) -> str:
        return listed((ref["name"] for ref in answer or []), language)

    def as_html(self, spec: FieldSpec, answer: Answer, language: str, file_url: FileUrl | None = None) -> SafeString:
        return listed_html((_shown(ref, file_url) for ref in answer or []), language)

    def columns(self, spec: FieldSpec, language: str) -> list[Column]:
        return [Column(spec.key, in_language(spec.label, language), writable=False)]

    def cells(self, spec: FieldSpec, answer: Answer, language: str) -> list[str]:
        return ["; ".join(ref["name"].replace(";", ",") for ref in answer or [])]

    def read_cells(self, spec: FieldSpec, cells: Sequence[str], context: Context) -> Answer:
        """The files that the request already has under these names: an import brings and takes no file.

        `context.answers` are the answers that the row has now.
        """
        present = list(context.answers.get(spec.key) or [])
        kept = []
        for name in (text.strip() for text in cells[0].split(";") if text.strip()):
            found = next((ref for ref in present if ref["name"].replace(";", ",") == name), None)
            if found is None:
                raise ValidationError(
                    _("Leave the files as they are: an import cannot bring “%(name)s”") % {"name": name}, code="file"
                )
            present.remove(found)
            kept.append(found)
        return kept or None

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        texts = {"type": "string"}
        return {
            "type": "array",
            "minItems": 1,
            "maxItems": self.settings(spec).max_files,
            "items": {
                "type": "object",
                "properties": {"id": texts, "name": texts, "type": texts, "size": {"type": "integer", "minimum": 1}},
                "required": ["id", "name", "size", "type"],
                "additionalProperties": False,
            },
        }


def _shown(ref: FileRef, file_url: FileUrl | None) -> SafeString:
    name = name_of_file(ref["name"])
    size = left_to_right(megabytes(ref["size"]))
    if file_url is not None:
        name = format_html('<a href="{}">{}</a>', file_url(ref), name)
    return format_html('{} <span class="small muted">{}</span>', name, size)
