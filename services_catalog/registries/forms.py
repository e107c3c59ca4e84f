"""The forms staff edit registries and entries with."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm

from cms.languages import in_language
from services_catalog.organisations.scope import organisations_of
from services_catalog.registries import importing
from services_catalog.registries.models import Registry, RegistryEntry, read_entry


class RegistryForm(WagtailAdminModelForm):
    """A registry of one's own organisation."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.for_user is not None and "organisation" in self.fields:
            self.fields["organisation"].queryset = organisations_of(self.for_user)


class ValuesWidget(forms.MultiWidget):
    """One input per column, each with its heading."""

    template_name = "cms/widgets/columns.html"

    def __init__(self, registry: Registry) -> None:
        self.columns = registry.column_list
        super().__init__(
            {
                column.key: forms.TextInput(attrs={"dir": "auto" if column.kind == "text" else "ltr"})
                for column in self.columns
            }
        )

    def decompress(self, value: Mapping[str, str] | None) -> list[str]:
        return [(value or {}).get(column.key, "") for column in self.columns]

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        for column, widget in zip(self.columns, context["widget"]["subwidgets"], strict=True):
            widget["label"] = in_language(column.label) or column.key
            widget["is_key"] = column.is_key
            widget["is_day"] = column.kind == "date"
        return context


class ValuesField(forms.MultiValueField):
    """Cleaned to the values of an entry as they are stored."""

    def __init__(self, registry: Registry, **kwargs: Any) -> None:
        self.registry = registry
        self.key = ""
        parts = [forms.CharField(required=False) for _column in registry.column_list]
        super().__init__(parts, required=False, require_all_fields=False, widget=ValuesWidget(registry), **kwargs)

    def compress(self, data_list: list[str]) -> dict[str, str]:
        columns = self.registry.column_list
        texts = dict(zip((column.key for column in columns), data_list or [""] * len(columns), strict=True))
        try:
            values, self.key = read_entry(self.registry, texts)
        except ValidationError as error:
            labels = {column.key: in_language(column.label) or column.key for column in columns}
            wrong = error.message_dict.items()
            raise ValidationError([f"{labels[key]}: {' '.join(messages)}" for key, messages in wrong]) from error
        return values


class EntryForm(WagtailAdminModelForm):
    """One entry, a cell for each column of its registry."""

    release = forms.BooleanField(
        required=False,
        label=gettext_lazy("Make it available again"),
        help_text=gettext_lazy("Another request can then use this entry."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["values"] = ValuesField(self.instance.registry, label=_("Values"))
        self.initial["values"] = self.instance.values
        if not self.instance.used_by:
            del self.fields["release"]

    def clean_values(self) -> dict[str, str]:
        values: dict[str, str] = self.cleaned_data["values"]
        key = self.fields["values"].key
        same = RegistryEntry.objects.filter(registry=self.instance.registry, lookup_key=key).exclude(
            pk=self.instance.pk
        )
        if same.exists():
            raise ValidationError(_("Another entry has this key already."))
        return values

    def _post_clean(self) -> None:
        super()._post_clean()
        if "values" in self.cleaned_data:
            self.instance.take(self.cleaned_data["values"], self.fields["values"].key)
        if self.cleaned_data.get("release"):
            self.instance.used_by = ""


class UploadForm(forms.Form):
    """A file and what is to become of entries it does not name."""

    ADD, REPLACE = "add", "replace"

    file = forms.FileField(
        label=gettext_lazy("File"),
        allow_empty_file=True,
        help_text=gettext_lazy("XLSX or CSV, up to 20 MB and 100,000 rows."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={"required": gettext_lazy("Choose a file.")},
    )
    mode = forms.ChoiceField(
        label=gettext_lazy("Entries that the file does not name"),
        choices=[
            (ADD, gettext_lazy("stay: add new entries and change those that differ")),
            (REPLACE, gettext_lazy("are removed: the registry is replaced by the file")),
        ],
        initial=ADD,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})

    def content(self) -> bytes:
        # One byte more than is allowed is enough to refuse it.
        return bytes(self.cleaned_data["file"].read(importing.LIMITS.size + 1))
