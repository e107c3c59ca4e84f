"""From the editor's blocks to a `FormSpec`.

Compiling never fails: a draft may lack anything. What is missing or wrong stays visible in the spec,
and `review` names it. Called by the service page when it goes live, and for a preview.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from wagtail.blocks.list_block import ListValue
from wagtail.blocks.stream_block import StreamValue

from cms.blocks import LocalisedTextBlock, texts_of
from cms.money import DEFAULT
from forms_builder.conditions import OPERATORS, compile_conditions, rule, unfinished
from forms_builder.fields import field_type
from forms_builder.spec import FeeLine, FieldSpec, FormSpec, Logic, Option, StepSpec

# Kinds of the fields that a condition may name, by key.
_Kinds = Mapping[str, str]
_Defaults = Mapping[str, Any]


def compile_form(
    value: StreamValue, *, currency: str = "", organisation: str = "", fee_lines: Iterable[Any] = ()
) -> FormSpec:
    """The compiled form of a `FormStepsBlock` value.

    `currency` is the organisation's: fees are in it, and amounts for which the editor named no other.
    `organisation` is its key: only its own registries are looked into.
    `fee_lines` are blocks with `words`, `amount`, `per` and `show_if`.
    """
    kinds: dict[str, str] = {}
    for step in value:
        kinds.update(_kinds_of(step.value.get("fields") or ()))
    given = {"currency": currency, "organisation": organisation}
    defaults = {name: default for name, default in given.items() if default}
    fees = tuple(_fee(child, kinds) for child in fee_lines)
    return FormSpec(
        steps=tuple(_step(child, kinds, defaults) for child in value),
        fees=fees,
        currency=(currency or DEFAULT) if fees else "",
    )


def _fee(child: Any, kinds: _Kinds) -> FeeLine:
    value = child.value
    return FeeLine(
        words=texts_of(value.get("words")),
        amount=str(value.get("amount") or 0),
        per=value.get("per") or "",
        show_if=_condition(value.get("show_if"), kinds),
        block=str(child.id or ""),
    )


def _kinds_of(fields: Iterable[Any]) -> dict[str, str]:
    # The first of two equal keys counts; the second is a fault anyway.
    kinds: dict[str, str] = {}
    for child in fields:
        key = child.value.get("key")
        if key:
            kinds.setdefault(key, child.block_type)
    return kinds


def _step(child: Any, kinds: _Kinds, defaults: _Defaults) -> StepSpec:
    value = child.value
    return StepSpec(
        key=value.get("key") or "",
        title=texts_of(value.get("title")),
        intro=texts_of(value.get("intro")),
        show_if=_condition(value.get("show_if"), kinds),
        fields=tuple(_field(field, kinds, defaults) for field in value.get("fields") or ()),
        ends=child.block_type == "ending",
        next_label=texts_of(value.get("next_label")),
        next_url=value.get("next_url") or "",
        block=str(child.id or ""),
    )


def _field(child: Any, kinds: _Kinds, defaults: _Defaults) -> FieldSpec:
    value = child.value
    kind = field_type(child.block_type)
    block = str(child.id or "")
    inner = value.get("fields") or ()
    # Copied for a group only: in a form of hundreds of questions the copies would be what takes the time.
    inner_kinds = {**kinds, **_kinds_of(inner)} if inner else kinds
    return FieldSpec(
        # What asks nothing needs no key of the editor's.
        key=(value.get("key") or "") if kind.has_answer else f"content_{block.replace('-', '')[:12]}",
        type=kind.key,
        label=texts_of(value.get("label")),
        hint=texts_of(value.get("hint")),
        required=bool(value.get("required", kind.has_answer and not kind.computes)),
        show_if=_condition(value.get("show_if"), kinds),
        require_if=_condition(value.get("require_if"), kinds),
        options=tuple(_option(option) for option in value.get("options") or ()),
        settings=kind.completed(_settings(value, kind.Settings.model_fields, defaults)),
        fields=tuple(_field(field, inner_kinds, defaults) for field in inner),
        block=block,
    )


def _option(value: Mapping[str, Any]) -> Option:
    return Option(
        value=value.get("value") or "",
        label=texts_of(value.get("label")),
        hint=texts_of(value.get("hint")),
        parent=value.get("parent") or "",
    )


def _settings(value: Any, names: Iterable[str], defaults: _Defaults) -> dict[str, Any]:
    """What the editor set; what he left empty takes the organisation's or the type's default."""
    given = {name: _plain(value.block.child_blocks[name], value[name]) for name in names if name in value}
    set_by_editor = {name: setting for name, setting in given.items() if setting not in (None, "")}
    return {**{name: setting for name, setting in defaults.items() if name in names}, **set_by_editor}


def _plain(block: Any, value: Any) -> Any:
    if isinstance(block, LocalisedTextBlock):
        return dict(texts_of(value))
    return list(value) if isinstance(value, ListValue | list | tuple) else value


def _condition(value: Any, kinds: _Kinds) -> Logic | None:
    if not value:
        return None
    rules = []
    for child in value.get("rules") or ():
        if child.block_type == "group":
            inner = [logic for item in child.value.get("rules") or () if (logic := _rule(item, kinds))]
            joined = compile_conditions(child.value.get("match") or "all", inner)
        else:
            joined = _rule(child.value, kinds)
        if joined:
            rules.append(joined)
    return compile_conditions(value.get("match") or "all", rules)


def _rule(value: Mapping[str, Any], kinds: _Kinds) -> Logic | None:
    key, operator = value.get("field") or "", value.get("operator") or ""
    if not key and not operator:
        return None
    if operator not in OPERATORS:
        # It must not vanish: that would show the question to everybody. Nor may it be read as another one.
        return unfinished(key, str(value.get("value") or ""))
    written = str(value.get("value") or "").strip()
    read = field_type(kinds[key]).condition_value if key in kinds else str
    if OPERATORS[operator].many:
        texts = [text.strip() for text in written.replace("،", ",").split(",")]
        return rule(key, operator, [read(text) for text in texts if text])
    return rule(key, operator, read(written))
