"""Model fields that every app may use."""

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import get_language_info
from wagtail.fields import StreamField

from cms.arabic import visible
from cms.languages import Texts, content_languages


class ContentField(StreamField):
    """A StreamField whose block definitions stay out of migrations.

    Editing a block then needs no migration, and migrations stay short. The price: a data
    migration sees the raw JSON, never block values.
    """

    def __init__(self, block_types: Any = (), **kwargs: Any) -> None:
        super().__init__(block_types, **kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, _args, kwargs = super().deconstruct()
        kwargs.pop("block_lookup", None)
        return name, path, [], kwargs


class TextsWidget(forms.MultiWidget):
    """One input per content language, each labelled with its language and set in its direction."""

    template_name = "cms/widgets/texts.html"

    def __init__(self, multiline: bool = False, attrs: dict[str, Any] | None = None) -> None:
        widget = forms.Textarea if multiline else forms.TextInput
        self.languages = content_languages()
        super().__init__(
            {
                code: widget(
                    attrs={
                        "lang": code,
                        "dir": "rtl" if get_language_info(code)["bidi"] else "ltr",
                        **({"rows": 3} if multiline else {}),
                    }
                )
                for code, _name in self.languages
            },
            attrs,
        )

    def decompress(self, value: Texts | None) -> list[str]:
        return [(value or {}).get(code, "") for code, _name in self.languages]

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        for (code, language), widget in zip(self.languages, context["widget"]["subwidgets"], strict=True):
            widget["language"] = language
            widget["code"] = code
        return context


class TextsFormField(forms.MultiValueField):
    """Asks for a text in every content language; the cleaned value is a `Texts` dict."""

    def __init__(self, *, multiline: bool = False, required: bool = True, **kwargs: Any) -> None:
        self.languages = content_languages()
        kwargs.setdefault("widget", TextsWidget(multiline=multiline))
        super().__init__(
            [forms.CharField(required=required, label=name) for _code, name in self.languages],
            required=required,
            require_all_fields=required,
            **kwargs,
        )

    def clean(self, value: Any) -> Any:
        # A mark of direction alone is no text.
        return super().clean([visible(text) for text in value] if isinstance(value, list) else value)

    def compress(self, data_list: list[str]) -> dict[str, str]:
        return (
            {code: text or "" for (code, _name), text in zip(self.languages, data_list, strict=True)}
            if data_list
            else {}
        )


class TextsField(models.JSONField):
    """A `Texts` value: the same text in every content language (cms.languages)."""

    def __init__(self, *args: Any, multiline: bool = False, **kwargs: Any) -> None:
        self.multiline = multiline
        kwargs.setdefault("default", dict)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        if self.multiline:
            kwargs["multiline"] = True
        return name, path, args, kwargs

    def formfield(self, **kwargs: Any) -> Any:
        kwargs.pop("encoder", None)
        kwargs.pop("decoder", None)
        return models.Field.formfield(
            self,
            form_class=TextsFormField,
            multiline=self.multiline,
            required=not self.blank,
            help_text=self.help_text,
        )
