"""Registries: lists that an organisation keeps and that forms look things up in."""

import uuid
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from cms.fields import ContentField, TextsField
from cms.languages import in_language
from forms_builder.ports import RegistryColumn
from services_catalog.organisations.models import Organisation
from services_catalog.registries.columns import (
    LONGEST_KEY,
    ColumnsBlock,
    columns_of,
    expiry_of,
    lookup_key,
    read_value,
    search_text,
)


class Registry(models.Model):
    """A list such as permits or members. Its columns are data; its entries are found by the key columns."""

    key = models.SlugField(
        _("key"), unique=True, help_text=_("Stable name used by forms and content files."), max_length=60
    )
    name = TextsField(_("name"))
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="registries", verbose_name=_("organisation")
    )
    columns = ContentField(ColumnsBlock(), verbose_name=_("columns"))

    history = HistoricalRecords(history_change_reason_field=models.TextField(null=True))

    class Meta:
        verbose_name = _("registry")
        verbose_name_plural = _("registries")
        ordering = ["key"]

    def __str__(self) -> str:
        return in_language(self.name) or self.key

    def clean(self) -> None:
        super().clean()
        faults = list(self._faults())
        if faults:
            raise ValidationError({"columns": faults})

    def save(self, *args: Any, **kwargs: Any) -> None:
        for known in ("column_list", "key_columns", "expiry"):
            self.__dict__.pop(known, None)
        super().save(*args, **kwargs)

    @cached_property
    def column_list(self) -> tuple[RegistryColumn, ...]:
        return columns_of(self.columns)

    @cached_property
    def key_columns(self) -> tuple[RegistryColumn, ...]:
        return tuple(column for column in self.column_list if column.is_key)

    @cached_property
    def expiry(self) -> str:
        """Key of the column with the day of expiry; empty without one."""
        return expiry_of(self.columns)

    def _faults(self) -> "list[str]":
        columns = columns_of(self.columns)
        found = []
        for key, times in Counter(column.key for column in columns).items():
            if times > 1:
                found.append(gettext("Give each column its own key: “%(key)s” stands twice.") % {"key": key})
        if not any(column.is_key for column in columns):
            found.append(gettext("Say which columns are the key by which an entry is found."))
        expiring = [child.value for child in self.columns if child.value.get("is_expiry")]
        if len(expiring) > 1 or any(column.get("kind") != "date" for column in expiring):
            found.append(gettext("Only one column of days can say when an entry expires."))
        if self._changes_what_entries_mean():
            found.append(
                gettext(
                    "Entries were made with the columns as they were. To change a kind, the key or the expiry, "
                    "export the entries, delete them, and import them again afterwards."
                )
            )
        return found

    def _changes_what_entries_mean(self) -> bool:
        before = Registry.objects.filter(pk=self.pk).first() if self.pk else None
        if before is None or not before.entries.exists():
            return False
        kinds = {column.key: column.kind for column in before.column_list}
        now = columns_of(self.columns)
        return (
            [column.key for column in before.key_columns] != [column.key for column in now if column.is_key]
            or before.expiry != expiry_of(self.columns)
            or any(kinds.get(column.key, column.kind) != column.kind for column in now)
        )


class RegistryEntry(models.Model):
    """One row of a registry.

    `lookup_key` is what it is found by, `search_text` what staff search in; both follow from `values`.
    `used_by` is the number of the request that used it up, where a form lets each entry be used once.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    registry = models.ForeignKey(
        Registry, on_delete=models.PROTECT, related_name="entries", verbose_name=_("registry"), db_index=False
    )
    values = models.JSONField(_("values"), default=dict)
    lookup_key = models.CharField(_("key"), max_length=LONGEST_KEY, editable=False)
    search_text = models.TextField(editable=False, default="")
    expires_on = models.DateField(_("expires on"), null=True, blank=True, editable=False)
    used_by = models.CharField(_("used by the request"), max_length=60, blank=True)

    history = HistoricalRecords(
        history_change_reason_field=models.TextField(null=True), excluded_fields=["search_text", "lookup_key"]
    )

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        ordering = ["registry", "lookup_key"]
        constraints = [
            # Also the index of every look-up.
            models.UniqueConstraint(
                fields=["registry", "lookup_key"],
                name="entry_key_is_unique_in_registry",
                violation_error_message=_("Another entry has this key already."),
            )
        ]

    def __str__(self) -> str:
        return " / ".join(self.values.get(column.key, "") for column in self.registry.key_columns)

    def fill(self, values: Mapping[str, str]) -> None:
        """Take these texts as the entry's values.

        Raises:
            ValidationError: by column, saying what to write instead.
        """
        self.take(*read_entry(self.registry, values))

    def take(self, values: dict[str, str], key: str) -> None:
        """Take values that were read already."""
        self.values, self.lookup_key = values, key
        self.search_text = search_text(self.values)
        day = self.values.get(self.registry.expiry, "")
        self.expires_on = date.fromisoformat(day) if day else None


def read_entry(registry: Registry, texts: Mapping[str, str]) -> tuple[dict[str, str], str]:
    """The values of a row and its key.

    Raises:
        ValidationError: by column, saying what to write instead.
    """
    values: dict[str, str] = {}
    errors: dict[str, list[str]] = {}
    for column in registry.column_list:
        try:
            values[column.key] = read_value(column.kind, texts.get(column.key) or "")
        except ValidationError as error:
            errors[column.key] = error.messages
            continue
        if column.is_key and not values[column.key]:
            errors[column.key] = [gettext("Write this: it is part of the key.")]
    if errors:
        raise ValidationError(errors)
    keys = registry.key_columns
    key = lookup_key([(column.kind, values[column.key]) for column in keys])
    if not key or len(key) > LONGEST_KEY:
        raise ValidationError({keys[0].key: [gettext("Write this in letters or digits, and shorter.")]})
    return values, key


class LookupAttempt(models.Model):
    """That somebody tried a key, kept for an hour or so. Both who and what are digests: nobody is named."""

    who = models.CharField(max_length=64)
    key = models.CharField(max_length=64)
    at = models.DateTimeField()
    failed = models.BooleanField(default=True)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["who", "key"], name="one_attempt_per_key")]
        indexes = [models.Index(fields=["at"], name="attempt_oldest")]

    def __str__(self) -> str:
        return f"{self.who[:8]} {self.key[:8]}"


# Between looking at a preview and confirming it. It holds personal data, so it does not stay.
IMPORT_LIFE = timedelta(hours=24)


def end_of_import() -> datetime:
    return timezone.now() + IMPORT_LIFE


class RegistryImport(models.Model):
    """A file that was read and judged, and waits for the person who uploaded it to confirm it.

    `findings` is what the preview shows (`importing`), empty while the file is being read. When it is stored,
    file and findings are dropped: history holds them from then on.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    registry = models.ForeignKey(Registry, on_delete=models.CASCADE, related_name="imports")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    file_name = models.CharField(max_length=255)
    content = models.BinaryField()
    replace = models.BooleanField(default=False)
    findings = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(default=end_of_import, db_index=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def is_at_work(self) -> bool:
        """Whether a job is reading or storing it now."""
        return not self.findings or (self.confirmed_at is not None and self.applied_at is None)
