"""Entries of one registry as a resource of django-import-export.

Exporting writes a row of texts per entry. Importing writes nothing: it finds what the rows would
change, which is shown to whoever uploaded them and stored when he agrees (`storing.store`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import ModelResource
from import_export.results import RowResult
from tablib import Dataset

from cms.arabic import fold
from cms.languages import in_language
from cms.spreadsheets.formats import FORMULA, LINE, TORN
from cms.spreadsheets.headings import heading, key_of, label_of
from services_catalog.registries.models import Registry, RegistryEntry, read_entry
from services_catalog.registries.storing import Plan, present_entries

# More faults than this are not listed: the file as a whole is wrong then.
MOST_FAULTS = 200


@dataclass(frozen=True)
class Fault:
    """Why a row cannot be imported; `column` is empty when it is the row as a whole."""

    line: int
    column: str
    message: str


class _Loaded(BaseInstanceLoader):
    """Finds an entry among those that were loaded at the start."""

    def get_instance(self, row: Mapping[str, Any]) -> RegistryEntry | None:
        found: RegistryEntry | None = self.resource.present.get(self.resource.key)
        return found


class EntryResource(ModelResource):
    """One registry in one language."""

    class Meta:
        model = RegistryEntry
        fields: tuple[str, ...] = ()
        import_id_fields: tuple[str, ...] = ()
        instance_loader_class = _Loaded
        skip_diff = True
        skip_unchanged = True
        report_skipped = False

    def __init__(self, registry: Registry, language: str) -> None:
        super().__init__()
        self.registry = registry
        self.labels = {column.key: in_language(column.label, language) for column in registry.column_list}
        self.plan = Plan()
        self.faults: list[Fault] = []
        self.faulty_rows = 0
        self.unknown: list[str] = []
        self.present: dict[str, RegistryEntry] = {}
        self.key = ""
        self._values: dict[str, str] = {}
        self._lines: dict[str, int] = {}  # key → row of the spreadsheet
        self._twice: dict[str, int] = {}  # key → first of its rows

    # -- writing one

    def get_export_headers(self, selected_fields: list[str] | None = None) -> list[str]:
        return [heading(key, label) for key, label in self.labels.items()]

    def rows(self, entries: Iterable[RegistryEntry]) -> Iterator[list[str]]:
        for entry in entries:
            yield [entry.values.get(key, "") for key in self.labels]

    # -- reading a file

    def judge(self, dataset: Dataset, *, replace: bool) -> Plan:
        """What importing these rows would do; `faults` says which rows cannot be.

        `replace` takes away what the rows do not name.

        Raises:
            ValidationError: when the table as a whole cannot be used.
        """
        self._read_headings(dataset)
        self.present = present_entries(self.registry)
        self.import_data(dataset, use_transactions=False)
        self._refuse_twins()
        if replace:
            self.plan.removed = [entry for key, entry in self.present.items() if key not in self._lines]
        return self.plan

    def _read_headings(self, dataset: Dataset) -> None:
        by_name = {fold(label): key for key, label in self.labels.items()}
        by_name |= {fold(name): column.key for column in self.registry.column_list for name in column.label.values()}
        headings = list(dataset.headers)
        keys = [written if written == LINE else _column(written, self.labels, by_name) for written in headings]
        self.unknown = [label_of(written) for written, key in zip(headings, keys, strict=True) if not key]
        twice = {key for key in keys if key and keys.count(key) > 1}
        if twice:
            raise ValidationError(
                _("Two columns have the heading “%(heading)s”. Delete one of them.")
                % {"heading": self.labels[min(twice)]},
                code="columns_twice",
            )
        missing = [column.key for column in self.registry.key_columns if column.key not in keys]
        if missing:
            raise ValidationError(
                _("The file has no column “%(heading)s”, and entries are recognised by it.")
                % {"heading": heading(missing[0], self.labels[missing[0]])},
                code="no_key",
            )
        # A name for each, so that the columns that are not known stay apart.
        dataset.headers = [key or f"\x00{place}" for place, key in enumerate(keys)]

    def _refuse_twins(self) -> None:
        """Which of two rows with one key is the right one, nobody here can know: the first is refused too."""
        if not self._twice:
            return
        self.plan.added = [entry for entry in self.plan.added if entry.lookup_key not in self._twice]
        self.plan.changed = [change for change in self.plan.changed if change[0].lookup_key not in self._twice]
        for line in self._twice.values():
            other = next((fault.line for fault in self.faults if fault.message == _same_key(line)), line)
            self._add(line, {self._key_column: [_same_key(other)]})

    @property
    def _key_column(self) -> str:
        return self.registry.key_columns[0].key

    def _check_import_id_fields(self, headers: Sequence[str]) -> None:
        """The key columns were looked for already."""

    def before_import_row(self, row: dict[str, str], **kwargs: Any) -> None:
        """Read the row, so that its entry can be found."""
        line = _line(row[LINE])
        if row[LINE].endswith(TORN):
            raise ValidationError(_("This row has more cells than there are headings."))
        formulas = [key for key in self.labels if row.get(key) == FORMULA]
        if formulas:
            raise ValidationError(dict.fromkeys(formulas, _("Replace the formula by the text it shows.")))
        self._values, self.key = read_entry(self.registry, row)
        first = self._lines.setdefault(self.key, line)
        if first != line:
            self._twice[self.key] = first
            raise ValidationError({self._key_column: _same_key(first)})

    def init_instance(self, row: Mapping[str, str] | None = None) -> RegistryEntry:
        return RegistryEntry(registry=self.registry)

    def import_instance(self, instance: RegistryEntry, row: Mapping[str, str], **kwargs: Any) -> None:
        # A column that the file leaves out stays as it is.
        for key in self.labels:
            if key not in row:
                self._values[key] = instance.values.get(key, "")

    def skip_row(self, instance: RegistryEntry, original: Any, row: Any, import_validation_errors: Any = None) -> bool:
        return not instance._state.adding and instance.values == self._values

    def validate_instance(
        self, instance: RegistryEntry, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        """Its cells were read one by one, and its key was looked for among all of them."""

    def save_instance(self, instance: RegistryEntry, is_create: bool, row: Any, **kwargs: Any) -> None:
        """Nothing is written: what was found is shown first."""
        before = instance.values
        instance.take(self._values, self.key)
        if is_create:
            self.plan.added.append(instance)
        else:
            self.plan.changed.append((instance, before))

    def after_import_row(self, row: Any, row_result: RowResult, **kwargs: Any) -> None:
        if row_result.import_type == RowResult.IMPORT_TYPE_SKIP:
            self.plan.unchanged += 1

    def import_row(self, row: Any, instance_loader: Any, **kwargs: Any) -> RowResult:
        result = super().import_row(row, instance_loader, **kwargs)
        if result.errors:
            # Not a wrong cell but a fault of ours: never to be passed over.
            raise result.errors[0].error
        if result.validation_error:
            self._note(row, result.validation_error)
        return result

    def _note(self, row: Mapping[str, str], error: ValidationError) -> None:
        wrong = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        self._add(_line(row[LINE]), wrong)

    def _add(self, line: int, wrong: Mapping[str, Sequence[str]]) -> None:
        self.faulty_rows += 1
        for key, messages in wrong.items():
            if len(self.faults) < MOST_FAULTS:
                self.faults.append(Fault(line, self.labels.get(key, key), " ".join(messages)))


def _same_key(line: int) -> str:
    return _("Row %(line)s has the same key. Keep one of them.") % {"line": line}


def _column(written: str, labels: Mapping[str, str], by_name: Mapping[str, str]) -> str:
    """Key of the column that a heading means: by its key, or by its name in any language."""
    key = key_of(written)
    return key if key in labels else by_name.get(fold(written), "")


def _line(text: str) -> int:
    return int(text.removesuffix(TORN))
