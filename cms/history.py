"""Who changed what, when and why, in words: the History view of records kept by simple-history.

A viewset sets `history_view_class = RecordHistoryView`. Whatever the number of changes on a page, it
takes one query for the changes and one for each kind of record they point at.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.paginator import WagtailPaginator
from wagtail.admin.widgets.button import HeaderButton
from wagtail.snippets.views.snippets import HistoryView

from cms.fields import TextsField
from cms.languages import content_languages
from cms.scoped import ScopedObject

CREATED, CHANGED, DELETED = "+", "~", "-"

# Reasons that no person wrote: stored as they are here, and told in the reader's language.
WITH_A_SERVICE = "Imported with a service"
FROM_CONTENT = "Loaded from content files"
BY_THE_STATE = "Told by the national sign-in"
_TOLD = {
    BY_THE_STATE: gettext_lazy("The national sign-in said so"),
    WITH_A_SERVICE: gettext_lazy("It came with the content of a service"),
    FROM_CONTENT: gettext_lazy("It came with the content of the portal"),
}


@dataclass(frozen=True)
class Difference:
    """One thing that changed; an empty text means there was nothing."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Entry:
    """One moment of a record's life."""

    title: str
    person: str
    moment: datetime
    reason: str = ""
    source: str = ""
    differences: Sequence[Difference] = ()
    kind: str = CHANGED


@dataclass(frozen=True)
class Names:
    """What the keys in history rows are called today: model → key → name."""

    of: Mapping[type[models.Model], Mapping[Any, str]] = field(default_factory=dict)

    def name(self, model: type[models.Model], key: Any) -> str:
        if key is None:
            return ""
        return self.of.get(model, {}).get(key) or _("deleted (%(key)s)") % {"key": key}


def names_in(rows: Iterable[Any], fields: Iterable["models.Field[Any, Any]"]) -> Names:
    """The names of everything these rows point at: one query for each kind of record."""
    keys: dict[type[models.Model], set[Any]] = defaultdict(set)
    rows = list(rows)
    for related in fields:
        if related.related_model:
            keys[related.related_model].update(getattr(row, related.attname) for row in rows)
    return Names(
        {
            model: {found.pk: spoken(found) for found in model._default_manager.filter(pk__in=wanted - {None})}
            for model, wanted in keys.items()
            if wanted - {None}
        }
    )


def spoken(thing: Any) -> str:
    """A person by his name, anything else as it calls itself."""
    return str(thing.get_full_name() if hasattr(thing, "get_full_name") else thing)


def differences(before: Any, after: Any, fields: Iterable["models.Field[Any, Any]"], names: Names) -> list[Difference]:
    """What changed between two rows of one record, field by field, in words."""
    found: list[Difference] = []
    for changed in fields:
        old, new = getattr(before, changed.attname), getattr(after, changed.attname)
        if old != new:
            found.extend(_difference(changed, old, new, names))
    return found


def _difference(changed: "models.Field[Any, Any]", old: Any, new: Any, names: Names) -> list[Difference]:
    label = capfirst(str(changed.verbose_name))
    if isinstance(changed, TextsField):
        return [
            Difference(f"{label} ({language})", (old or {}).get(code, ""), (new or {}).get(code, ""))
            for code, language in content_languages()
            if (old or {}).get(code, "") != (new or {}).get(code, "")
        ]
    return [Difference(label, in_words(changed, old, names), in_words(changed, new, names))]


def in_words(of: "models.Field[Any, Any]", value: Any, names: Names) -> str:
    """A stored value as a person reads it."""
    if value is None or value == "":
        return ""
    if of.related_model:
        return names.name(of.related_model, value)
    if hasattr(of, "in_words"):
        return str(of.in_words(value))
    if of.choices:
        return str(dict(of.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")
    if isinstance(value, date):
        return date_format(value, "SHORT_DATE_FORMAT")
    return str(value)


class ChangesPaginator(WagtailPaginator):
    """Counts changes, not “historical” records."""

    verbose_name = gettext_lazy("change")
    verbose_name_plural = gettext_lazy("changes")


class RecordHistoryView(ScopedObject, HistoryView):
    """The History view of a record. Subclasses may tell entries in better words (`entries`)."""

    any_permission_required = ["add", "change", "delete", "view"]
    filterset_class = None
    template_name = "cms/history/history.html"
    results_template_name = "cms/history/history_results.html"
    page_title = gettext_lazy("History")
    paginator_class = ChangesPaginator
    # Fields that say nothing to a reader.
    hidden_fields: Sequence[str] = ("id",)

    @cached_property
    def columns(self) -> list[Any]:
        return []

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        if self.edit_url_name and self.user_has_permission_for_instance("change", self.object):
            return [HeaderButton(label=_("Edit"), url=self.get_edit_url(self.object), icon_name="edit")]
        return []

    @property
    def verbose_name_plural(self) -> str:
        return _("changes")

    def get_base_queryset(self) -> "models.QuerySet[Any]":
        rows: models.QuerySet[Any] = self.object.history.select_related("history_user")
        return rows.order_by("-history_date", "-history_id")

    def order_queryset(self, queryset: "models.QuerySet[Any]") -> "models.QuerySet[Any]":
        return queryset

    def get_edit_url(self, instance: Any) -> str | None:
        if self.edit_url_name and self.user_has_permission("change"):
            return reverse(self.edit_url_name, args=[instance.pk])
        return None

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(*args, **kwargs)
        rows = list(context["object_list"])
        context["entries"] = self.entries(rows, self._before(rows))
        return context

    def _before(self, rows: Sequence[Any]) -> Any | None:
        """The row before the oldest of this page, to compare that one with."""
        if not rows or rows[-1].history_type == CREATED:
            return None
        oldest = rows[-1]
        earlier = models.Q(history_date__lt=oldest.history_date) | models.Q(
            history_date=oldest.history_date, history_id__lt=oldest.history_id
        )
        return self.get_base_queryset().filter(earlier).first()

    def entries(self, rows: Sequence[Any], before: Any | None) -> list[Entry]:
        """The rows of a page, newest first, as they are told."""
        return tell(rows, before, hidden=self.hidden_fields)


def tell(rows: Sequence[Any], before: Any | None, *, hidden: Sequence[str] = ("id",)) -> list[Entry]:
    """History rows, newest first, in words; `before` is the row that precedes the last of them."""
    if not rows:
        return []
    fields = [tracked for tracked in type(rows[0]).tracked_fields if tracked.name not in hidden]
    names = names_in([*rows, before] if before else rows, fields)
    return [
        Entry(
            title=_title(row),
            person=spoken(row.history_user) if row.history_user else "",
            moment=row.history_date,
            reason=str(_TOLD.get(row.history_change_reason, row.history_change_reason or "")),
            differences=differences(earlier, row, fields, names) if earlier and row.history_type == CHANGED else (),
            kind=row.history_type,
        )
        for row, earlier in zip(rows, [*rows[1:], before], strict=True)
    ]


def _title(row: Any) -> str:
    return {CREATED: _("Created"), DELETED: _("Deleted")}.get(row.history_type, _("Changed"))
