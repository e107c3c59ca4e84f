"""The form by which an edited file comes back."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from tablib import Dataset

from cms.spreadsheets import formats


class UploadForm(forms.Form):
    """Reads the file; what is wrong with it as a whole is said at the field."""

    file = forms.FileField(
        label=_("Edited file"),
        allow_empty_file=True,
        help_text=_("XLSX or CSV, up to 5 MB and 1,000 rows."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={"required": _("Choose the file you edited.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})

    def clean_file(self) -> Dataset:
        uploaded: UploadedFile[Any] = self.cleaned_data["file"]
        # One byte more than is allowed is enough to refuse it.
        content = uploaded.read(formats.LARGEST_FILE + 1)
        return formats.read(uploaded.name or "", content)
