"""Forms as an editor leaves them, for tests of publishing."""

from typing import Any

from services_catalog.models import ServicePage
from services_catalog.organisations.models import Department


def field(key: str, place: int) -> dict[str, Any]:
    words = {"ar": f"سؤال {place}", "en": f"Question {place}"}
    return {"type": "short_text", "value": {"key": key, "label": words}, "id": f"field-{place}"}


def steps(*keys: str) -> Any:
    """One step that asks for short texts of these keys."""
    raw = [
        {
            "type": "step",
            "id": "step-1",
            "value": {
                "key": "first",
                "title": {"ar": "الأولى", "en": "First"},
                "fields": [field(key, place) for place, key in enumerate(keys, 1)],
            },
        }
    ]
    return ServicePage._meta.get_field("form_steps").stream_block.to_python(raw)


GOOD = ("name", "place")
DOUBLE = ("name", "name")


def page_with(parent: Any, department: Department, *keys: str, live: bool = False, slug: str = "permit") -> ServicePage:
    page = ServicePage(
        title="خدمة تصريح", slug=slug, summary="تصريح.", department=department, form_steps=steps(*keys), live=live
    )
    parent.add_child(instance=page)
    return page


def draft_of(page: ServicePage, *keys: str) -> Any:
    """A revision of the page with another form, not published."""
    page.form_steps = steps(*keys)
    return page.save_revision(clean=False)
