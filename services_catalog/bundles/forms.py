"""The form by which a bundle comes in."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from services_catalog.bundles.archive import LARGEST_FILE, BundleRefused
from services_catalog.bundles.holding import hold
from services_catalog.models import HeldBundle


class UploadForm(forms.Form):
    """Takes a file; what is wrong with it as a whole is said at the field."""

    file = forms.FileField(
        label=_("File of a service"),
        allow_empty_file=True,
        help_text=_("What “Export this service” gave you, in this portal or in another one."),
        widget=forms.ClearableFileInput(attrs={"accept": ".zip"}),
        error_messages={"required": _("Choose the file of a service.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})

    def hold(self, by: Any) -> HeldBundle | None:
        """The file, kept until it is confirmed; None when the form says what is wrong with it."""
        uploaded: UploadedFile[Any] = self.cleaned_data["file"]
        try:
            # One byte more than is allowed is enough to refuse it.
            return hold(uploaded.read(LARGEST_FILE + 1), name=uploaded.name or "", by=by)
        except BundleRefused as refusal:
            self.add_error("file", ValidationError([*refusal.messages]))
            return None
