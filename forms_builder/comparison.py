"""Two versions of a form compared in words. Pure.

Steps, questions and options are matched by their keys, which stay when they are renamed. For whoever shows
an editor or a citizen what a newer version changes.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from django.utils.translation import get_language_info, gettext_lazy, override
from django.utils.translation import gettext as _
from pydantic import BaseModel

from cms.languages import in_language
from forms_builder.fields import field_type
from forms_builder.fields.base import block_of
from forms_builder.fields.showing import comma
from forms_builder.spec import FieldSpec, FormSpec, StepSpec

# Texts as a value that can be compared and hashed: pairs of language and words.
Words = tuple[tuple[str, str], ...]


class Kind(Enum):
    """What can change."""

    STEP_ADDED = auto()
    STEP_REMOVED = auto()
    STEP_RENAMED = auto()
    STEP_INTRO = auto()
    STEP_MOVED = auto()
    STEP_CONDITION = auto()
    STEP_OTHER = auto()
    FIELD_ADDED = auto()
    FIELD_REMOVED = auto()
    FIELD_TO_STEP = auto()
    FIELD_MOVED = auto()
    TYPE = auto()
    LABEL = auto()
    HINT = auto()
    REQUIRED = auto()
    OPTIONAL = auto()
    CONDITION = auto()
    SETTINGS = auto()
    OPTION_ADDED = auto()
    OPTION_REMOVED = auto()
    OPTION_RENAMED = auto()
    OPTIONS = auto()
    OTHER = auto()
    FEES = auto()


_SENTENCES = {
    Kind.STEP_ADDED: gettext_lazy("The step “%(name)s” is new."),
    Kind.STEP_REMOVED: gettext_lazy("The step “%(name)s” was removed."),
    Kind.STEP_RENAMED: gettext_lazy("The step “%(name)s” is called “%(now)s” now (%(languages)s)."),
    Kind.STEP_INTRO: gettext_lazy("The introduction of the step “%(name)s” changed (%(languages)s)."),
    Kind.STEP_MOVED: gettext_lazy("The step “%(name)s” stands in another place."),
    Kind.STEP_CONDITION: gettext_lazy("The condition of the step “%(name)s” changed."),
    Kind.STEP_OTHER: gettext_lazy("How the step “%(name)s” works changed."),
    Kind.FIELD_ADDED: gettext_lazy("%(name)s is new."),
    Kind.FIELD_REMOVED: gettext_lazy("%(name)s was removed."),
    Kind.FIELD_TO_STEP: gettext_lazy("%(name)s moved to the step “%(now)s”."),
    Kind.FIELD_MOVED: gettext_lazy("%(name)s stands in another place."),
    Kind.TYPE: gettext_lazy("%(name)s was “%(before)s” and is “%(now)s” now."),
    Kind.LABEL: gettext_lazy("%(name)s is called “%(now)s” now (%(languages)s)."),
    Kind.HINT: gettext_lazy("The hint of %(name)s changed (%(languages)s)."),
    Kind.REQUIRED: gettext_lazy("%(name)s must be answered now."),
    Kind.OPTIONAL: gettext_lazy("%(name)s may be left empty now."),
    Kind.CONDITION: gettext_lazy("The condition of %(name)s changed."),
    Kind.SETTINGS: gettext_lazy("The settings of %(name)s changed: %(now)s."),
    Kind.OPTION_ADDED: gettext_lazy("%(name)s has a new option: “%(now)s”."),
    Kind.OPTION_REMOVED: gettext_lazy("%(name)s lost the option “%(before)s”."),
    Kind.OPTION_RENAMED: gettext_lazy("The option “%(before)s” of %(name)s is called “%(now)s” now (%(languages)s)."),
    Kind.OPTIONS: gettext_lazy("The options of %(name)s changed."),
    Kind.OTHER: gettext_lazy("How %(name)s works changed."),
    Kind.FEES: gettext_lazy("The fees changed."),
}
# What somebody who fills the form in wants to know; his language is the only one he reads.
_FOR_APPLICANTS = {
    **_SENTENCES,
    Kind.STEP_RENAMED: gettext_lazy("The step “%(name)s” is called “%(now)s” now."),
    Kind.STEP_INTRO: gettext_lazy("The introduction of the step “%(name)s” changed."),
    Kind.LABEL: gettext_lazy("%(name)s is called “%(now)s” now."),
    Kind.HINT: gettext_lazy("The hint of %(name)s changed."),
    Kind.OPTION_RENAMED: gettext_lazy("The option “%(before)s” of %(name)s is called “%(now)s” now."),
}
_NOT_FOR_APPLICANTS = frozenset(
    {
        Kind.STEP_MOVED,
        Kind.STEP_CONDITION,
        Kind.STEP_OTHER,
        Kind.FIELD_MOVED,
        Kind.CONDITION,
        Kind.OPTIONS,
        Kind.OTHER,
    }
)
# Parts of a step and of a question that have sentences of their own; ids of blocks change with a copy.
_TOLD_OF_STEPS = frozenset({"key", "title", "intro", "show_if", "fields", "block"})
_TOLD_OF_FIELDS = frozenset(
    {"key", "type", "label", "hint", "required", "show_if", "require_if", "options", "settings", "fields", "block"}
)


@dataclass(frozen=True)
class Change:
    """One difference.

    Attributes:
        step: key of the step, the new one where a question moved.
        field: key of the question, `group.key` within rows; empty when the step itself changed.
        names: what it was called: the step, or the question below its group.
        before, now: the texts the sentence quotes: of types and settings their names in code.
        type: which type of question it is, where settings changed.
        languages: codes of the languages whose words changed.
    """

    kind: Kind
    step: str
    field: str = ""
    names: tuple[Words, ...] = ()
    before: Words = ()
    now: Words = ()
    languages: tuple[str, ...] = ()
    type: str = ""

    def sentence(self, language: str) -> str:
        """For whoever keeps the form."""
        return self._filled_in(_SENTENCES, language)

    def sentence_for_applicants(self, language: str) -> str:
        """For whoever fills it in; empty for what is none of his business."""
        if self.kind in _NOT_FOR_APPLICANTS or (self.languages and language not in self.languages):
            return ""
        return self._filled_in(_FOR_APPLICANTS, language)

    def _filled_in(self, sentences: Mapping[Kind, Any], language: str) -> str:
        # New words are quoted in the language that got them, also to who reads another.
        quoted = language if not self.languages or language in self.languages else self.languages[0]
        with override(language):
            return str(sentences[self.kind]) % {
                "name": self._name(language, quoted),
                "before": self._quoted(self.before, quoted),
                "now": self._quoted(self.now, quoted),
                "languages": self._languages(),
            }

    def _name(self, language: str, quoted: str) -> str:
        if not self.names:
            return ""
        renamed = self.kind in (Kind.LABEL, Kind.STEP_RENAMED)
        languages = [*(language for _name in self.names[:-1]), quoted if renamed else language]
        names = [in_language(dict(words), code) for words, code in zip(self.names, languages, strict=True)]
        return " › ".join(_("“%(name)s”") % {"name": name} for name in names) if self.field else "".join(names)

    def _languages(self) -> str:
        told = [str(get_language_info(code)["name_translated"]) for code in self.languages]
        if len(told) == 2:
            return _("%(first)s and %(second)s") % {"first": told[0], "second": told[1]}
        return ", ".join(told)

    def _quoted(self, words: Words, language: str) -> str:
        if self.kind is Kind.TYPE and words:
            return str(field_type(words[0][1]).label)
        if self.kind is Kind.SETTINGS:
            return comma(language).join(_name_of_setting(self.type, key) for key, _text in words)
        return in_language(dict(words), language)


def _name_of_setting(type_: str, key: str) -> str:
    """What the editor's form calls it."""
    found: Mapping[str, Any] = block_of(type_).child_blocks
    return str(found[key].label) if key in found else key


def sentences(changes: Iterable[Change], language: str) -> list[str]:
    return [change.sentence(language) for change in changes]


def for_applicants(changes: Iterable[Change], language: str) -> list[str]:
    told = (change.sentence_for_applicants(language) for change in changes)
    return [sentence for sentence in dict.fromkeys(told) if sentence]


def compare(old: FormSpec, new: FormSpec) -> list[Change]:
    """What `new` changes, steps first."""
    return [*_steps(old, new), *_fields(old, new), *_fees(old, new)]


def _fees(old: FormSpec, new: FormSpec) -> Iterator[Change]:
    before, after = ([line.model_copy(update={"block": ""}) for line in form.fees] for form in (old, new))
    if (before, old.currency) != (after, new.currency):
        yield Change(Kind.FEES, "")


def _steps(old: FormSpec, new: FormSpec) -> Iterator[Change]:
    before = {step.key: step for step in old.steps}
    after = {step.key: step for step in new.steps}
    for step in old.steps:
        if step.key not in after:
            yield Change(Kind.STEP_REMOVED, step.key, names=(_words(step.title),))
    moved = _out_of_order(list(before), list(after))
    for step in new.steps:
        if step.key not in before:
            yield Change(Kind.STEP_ADDED, step.key, names=(_words(step.title),))
        else:
            yield from _step(before[step.key], step, moved=step.key in moved)


def _step(old: StepSpec, new: StepSpec, *, moved: bool) -> Iterator[Change]:
    names = (_words(old.title),)
    if old.title != new.title:
        languages = _differing(old.title, new.title)
        yield Change(Kind.STEP_RENAMED, new.key, names=names, now=_words(new.title), languages=languages)
    if moved:
        yield Change(Kind.STEP_MOVED, new.key, names=names)
    if old.intro != new.intro:
        yield Change(Kind.STEP_INTRO, new.key, names=names, languages=_differing(old.intro, new.intro))
    if old.show_if != new.show_if:
        yield Change(Kind.STEP_CONDITION, new.key, names=names)
    if _differ_otherwise(old, new, _TOLD_OF_STEPS):
        yield Change(Kind.STEP_OTHER, new.key, names=names)


def _fields(old: FormSpec, new: FormSpec) -> Iterator[Change]:
    before = {field.key: (step, field) for step in old.steps for field in step.fields}
    after = {field.key for field in new.fields()}
    for step, field in before.values():
        if field.key not in after:
            yield Change(Kind.FIELD_REMOVED, step.key, field.key, (_words(field.label),))
    for step in new.steps:
        earlier = old.step(step.key)
        moved = _out_of_order(_keys(earlier.fields if earlier else ()), _keys(step.fields))
        for field in step.fields:
            if field.key not in before:
                yield Change(Kind.FIELD_ADDED, step.key, field.key, (_words(field.label),))
                continue
            was_in, was = before[field.key]
            if was_in.key != step.key:
                yield Change(Kind.FIELD_TO_STEP, step.key, field.key, (_words(was.label),), now=_words(step.title))
            yield from _field(was, field, step.key, (), moved=field.key in moved)


def _field(old: FieldSpec, new: FieldSpec, step: str, above: tuple[FieldSpec, ...], *, moved: bool) -> Iterator[Change]:
    key = ".".join(part.key for part in (*above, new))
    names = tuple(_words(part.label) for part in (*above, old))
    if moved:
        yield Change(Kind.FIELD_MOVED, step, key, names)
    if old.label != new.label:
        languages = _differing(old.label, new.label)
        yield Change(Kind.LABEL, step, key, names, now=_words(new.label), languages=languages)
    if old.type != new.type:
        yield Change(Kind.TYPE, step, key, names, before=(("", old.type),), now=(("", new.type),))
    if old.hint != new.hint:
        yield Change(Kind.HINT, step, key, names, languages=_differing(old.hint, new.hint))
    if old.required != new.required:
        yield Change(Kind.REQUIRED if new.required else Kind.OPTIONAL, step, key, names)
    if (old.show_if, old.require_if) != (new.show_if, new.require_if):
        yield Change(Kind.CONDITION, step, key, names)
    # Another type has other settings anyway.
    if old.type == new.type and (changed := _differing(old.settings, new.settings)):
        yield Change(Kind.SETTINGS, step, key, names, now=tuple((name, "") for name in changed), type=new.type)
    if old.type == new.type and _differ_otherwise(old, new, _TOLD_OF_FIELDS):
        yield Change(Kind.OTHER, step, key, names)
    yield from _options(old, new, step, key, names)
    yield from _row_fields(old, new, step, above)


def _options(old: FieldSpec, new: FieldSpec, step: str, key: str, names: tuple[Words, ...]) -> Iterator[Change]:
    before = {option.value: option for option in old.options}
    after = {option.value: option for option in new.options}
    told = False
    for value, option in before.items():
        if value not in after:
            told = True
            yield Change(Kind.OPTION_REMOVED, step, key, names, before=_words(option.label))
    for value, option in after.items():
        was = before.get(value)
        if was is None:
            told = True
            yield Change(Kind.OPTION_ADDED, step, key, names, now=_words(option.label))
        elif was.label != option.label:
            told = True
            languages = _differing(was.label, option.label)
            yield Change(
                Kind.OPTION_RENAMED,
                step,
                key,
                names,
                before=_words(was.label),
                now=_words(option.label),
                languages=languages,
            )
    # Their order, their hints, or what they depend on.
    if not told and old.options != new.options:
        yield Change(Kind.OPTIONS, step, key, names)


def _row_fields(old: FieldSpec, new: FieldSpec, step: str, above: tuple[FieldSpec, ...]) -> Iterator[Change]:
    before = {field.key: field for field in old.fields}
    after = {field.key for field in new.fields}
    inside = (*above, old)
    for field in old.fields:
        if field.key not in after:
            yield _row_change(Kind.FIELD_REMOVED, step, inside, field)
    moved = _out_of_order(_keys(old.fields), _keys(new.fields))
    for field in new.fields:
        if field.key in before:
            yield from _field(before[field.key], field, step, inside, moved=field.key in moved)
        else:
            yield _row_change(Kind.FIELD_ADDED, step, inside, field)


def _row_change(kind: Kind, step: str, above: tuple[FieldSpec, ...], field: FieldSpec) -> Change:
    parts = (*above, field)
    return Change(kind, step, ".".join(part.key for part in parts), tuple(_words(part.label) for part in parts))


def _keys(fields: Iterable[FieldSpec]) -> list[str]:
    return [field.key for field in fields]


def _words(texts: Mapping[str, str]) -> Words:
    return tuple(sorted(texts.items()))


def _differ_otherwise(old: BaseModel, new: BaseModel, told: frozenset[str]) -> bool:
    """Whether something differs that has no sentence of its own."""
    return old.model_dump(exclude=set(told)) != new.model_dump(exclude=set(told))


def _differing(old: Mapping[str, object], new: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(sorted(key for key in {*old, *new} if _said(old.get(key)) != _said(new.get(key))))


def _said(setting: object) -> object:
    """Left out, empty and unticked are the same; zero is a number."""
    return setting if setting or type(setting) in {int, float} else ""


def _out_of_order(old: Sequence[str], new: Sequence[str]) -> set[str]:
    """The fewest of the common keys that have to move to make one order of the other."""
    common = [key for key in new if key in set(old)]
    places = [old.index(key) for key in common]
    runs: list[list[int]] = []  # the longest rising run that ends at each place
    for at, place in enumerate(places):
        shorter: list[list[int]] = [[], *(before for before in runs if places[before[-1]] < place)]
        run = max(shorter, key=len)
        runs.append([*run, at])
    found: list[list[int]] = [[], *runs]
    longest = max(found, key=len)
    staying = set(longest)
    return {key for at, key in enumerate(common) if at not in staying}
