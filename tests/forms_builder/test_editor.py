"""The editor's page with the form's blocks in it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail import blocks
from wagtail.test.utils.form_data import nested_form_data, streamfield

from cms.blocks import LocalisedTextBlock
from forms_builder.blocks import FormStepsBlock
from forms_builder.compiler import compile_form
from forms_builder.fields import field_types
from home.accounts.models import User
from services_catalog.blocks import FeeLineBlock
from services_catalog.models import ServiceIndexPage, ServicePage

EMPTY = {"ar": "", "en": ""}
NO_CONDITION = {"match": "all", "rules": streamfield([])}


@pytest.fixture
def admin(db: None, client: Client) -> Client:
    client.force_login(User.objects.create_superuser("root", "root@example.com", "diwan-tests"))
    return client


def add_url(services: ServiceIndexPage) -> str:
    return reverse("wagtailadmin_pages:add", args=["services_catalog", "servicepage", services.pk])


def test_the_editor_offers_every_field_type(admin: Client, services: ServiceIndexPage) -> None:
    response = admin.get(add_url(services))

    assert response.status_code == 200
    page = response.content.decode()
    for kind in field_types():
        assert f"&quot;{kind.key}&quot;" in page


def test_a_draft_with_nothing_but_a_started_question_is_saved(admin: Client, services: ServiceIndexPage) -> None:
    question = {
        "label": EMPTY,
        "key": "",
        "required": "on",
        "hint": EMPTY,
        "max_length": "",
        "show_if": NO_CONDITION,
        "require_if": NO_CONDITION,
    }
    step = {
        "title": EMPTY,
        "key": "",
        "fields": streamfield([("short_text", question)]),
        "intro": EMPTY,
        "show_if": NO_CONDITION,
    }
    page = ServicePage(title="t")
    streams = [
        f.name for f in page._meta.get_fields() if f.get_internal_type() == "JSONField" and f.name != "form_steps"
    ]
    data = nested_form_data(
        {
            "title": "خدمة",
            "slug": "unfinished",
            "summary": "",
            "description": "null",
            "duration_unit": "working_days",
            "comments": {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 0},
            **{name: streamfield([]) for name in streams},
            "form_steps": streamfield([("step", step)]),
        }
    )

    response = admin.post(add_url(services), data)

    assert response.status_code == 302, response.context["form"].errors
    saved = ServicePage.objects.get(slug="unfinished").get_latest_revision_as_object()
    spec = compile_form(saved.form_steps)
    assert [field.type for field in spec.fields()] == ["short_text"]
    assert ServicePage.objects.get(slug="unfinished").live is False


def settings_of(block: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every setting an editor sees, with the way to it; the languages of one text are one setting."""
    if isinstance(block, LocalisedTextBlock):
        return
    if isinstance(block, blocks.ListBlock):
        yield from settings_of(block.child_block, f"{path}.entry")
    elif isinstance(block, blocks.StreamBlock | blocks.StructBlock):
        for name, child in block.child_blocks.items():
            if isinstance(block, blocks.StructBlock):
                yield f"{path}.{name}", child
            yield from settings_of(child, f"{path}.{name}")


def test_every_setting_has_help_beside_it() -> None:
    every = [*settings_of(FormStepsBlock(), "form"), *settings_of(FeeLineBlock(), "fee")]

    without = [path for path, one in every if not (getattr(one.meta, "help_text", "") or _help_of_input(one))]

    assert len(every) > len(list(field_types()))
    assert without == []


def _help_of_input(block: Any) -> str:
    return str(getattr(getattr(block, "field", None), "help_text", "") or "")
