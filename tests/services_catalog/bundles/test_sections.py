"""An app above lets its records travel with the services that refer to them."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from pydantic import BaseModel, ConfigDict

from services_catalog.bundles import BundleRefused, export_service, import_bundle, plan_of, unpack
from services_catalog.bundles.sections import Record, Section, questions_of, register, unregister
from services_catalog.content.media import Media, Packed
from services_catalog.organisations.models import Organisation
from tests.services_catalog.bundles.conftest import service
from tests.services_catalog.bundles.parking import SLUG, SUBJECT, bundled, parking

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("services"), pytest.mark.any_database]


class Sticker(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: dict[str, str]
    colour: str = "red"


class Stickers(Section):
    """Stickers in the memory of a test; a plate refers to one by its prefix."""

    name = "stickers"
    label = "sticker"
    record = Sticker

    def __init__(self) -> None:
        self.kept: dict[str, Record] = {}
        self.allowed = True

    def used_by(self, service: Record) -> Iterable[str]:
        return [question["pattern"] for question in questions_of(service) if question.get("pattern")]

    def read(self, key: str, media: Packed) -> Record | None:
        return self.kept.get(key)

    def write(self, key: str, record: Record, media: Media) -> None:
        if record["colour"] == "none":
            raise ValidationError("A sticker needs a colour.")
        self.kept[key] = record

    def may_write(self, user: Any, key: str) -> bool:
        return self.allowed


@pytest.fixture
def stickers() -> Iterator[Stickers]:
    section = Stickers()
    register(section)
    yield section
    unregister(section.name)


RED: Record = {"name": {"ar": "ملصق", "en": "Sticker"}}


def asking(key: str = "blue") -> dict[str, Any]:
    """The service with a question that names a sticker. The block keeps no such setting, so it is in no page."""
    return parking(form_steps=[{**parking()["form_steps"][0], "fields": [{**SUBJECT, "pattern": key}]}])


class StickersOfEveryService(Stickers):
    def used_by(self, service: Record) -> Iterable[str]:
        return ["blue"]


@pytest.fixture
def always_used() -> Iterator[Stickers]:
    section = StickersOfEveryService()
    register(section)
    yield section
    unregister(section.name)


def test_a_record_travels_with_the_service(always_used: Stickers) -> None:
    import_bundle(bundled(stickers={"blue": RED}))

    again = unpack(export_service(service(SLUG)))

    assert always_used.kept == {"blue": {**RED, "colour": "red"}}
    assert again.records["stickers"] == {"blue": RED}


def test_what_the_service_refers_to_and_nobody_has_is_told(stickers: Stickers) -> None:
    problems = plan_of(bundled(asking("green"))).problems

    assert len(problems) == 1
    assert "sticker" in problems[0]
    assert "green" in problems[0]


def test_a_record_changes_when_nobody_touched_it_and_stays_when_somebody_did(always_used: Stickers) -> None:
    import_bundle(bundled(stickers={"blue": RED}))
    newer = {"stickers": {"blue": {**RED, "colour": "green"}}}

    changed = {item.key: item.verdict.value for item in plan_of(bundled(**newer)).items}
    always_used.kept["blue"] = {**RED, "colour": "white"}
    touched = {item.key: item.verdict.value for item in plan_of(bundled(**newer)).items}

    assert changed["blue"] == "change"
    assert touched["blue"] == "conflict"


def test_what_a_section_refuses_is_told_and_nothing_is_imported(always_used: Stickers) -> None:
    with pytest.raises(BundleRefused, match="needs a colour"):
        import_bundle(bundled(stickers={"blue": {**RED, "colour": "none"}}))

    assert not Organisation.objects.exists()


@pytest.mark.parametrize("wrong", [{}, {"name": 5}, {**RED, "size": 1}, [], None, "red"])
def test_a_record_that_does_not_fit_is_refused_with_its_place(stickers: Stickers, wrong: Any) -> None:
    with pytest.raises(BundleRefused, match=r"stickers\.json, blue"):
        plan_of(bundled(stickers={"blue": wrong}))


def test_who_may_not_add_a_record_is_told_whom_to_ask(always_used: Stickers, editor: Any) -> None:
    always_used.allowed = False

    problems = plan_of(bundled(stickers={"blue": RED}), user=editor).problems

    assert any("Sticker" in problem or "ملصق" in problem for problem in problems)


def test_two_sections_of_one_name_are_refused(stickers: Stickers) -> None:
    with pytest.raises(ValueError, match="stickers"):
        register(StickersOfEveryService())


def test_records_may_stand_in_a_content_folder(stickers: Stickers, tmp_path: Path) -> None:
    (tmp_path / "stickers.json").write_text(json.dumps({"blue": RED}))

    call_command("load_content", tmp_path)

    assert stickers.kept == {"blue": {**RED, "colour": "red"}}


def test_a_wrong_record_in_a_content_folder_is_told_with_its_place(stickers: Stickers, tmp_path: Path) -> None:
    (tmp_path / "stickers.json").write_text(json.dumps({"blue": {"size": 1}}))

    with pytest.raises(CommandError, match=r"stickers\.json, blue"):
        call_command("load_content", tmp_path)
