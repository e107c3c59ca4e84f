"""What a browser sends for the editor's page of a service."""

from typing import Any

from wagtail.test.utils.form_data import nested_form_data

from services_catalog.models import ServicePage
from tests.forms_builder.posting import posted


def posted_page(page: ServicePage, **more: Any) -> dict[str, Any]:
    """The page as it stands in its latest revision, with what was written since."""
    draft = page.get_latest_revision_as_object()
    sent: dict[str, Any] = {
        "title": draft.title,
        "slug": draft.slug,
        "summary": draft.summary,
        "description": '{"blocks":[],"entityMap":{}}',
        "duration_unit": "working_days",
        "who_applies": draft.who_applies,
        "department": draft.department_id,
        "comments": {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 1000},
    }
    sent = nested_form_data({**sent, **more})
    for field in page._meta.get_fields():
        if hasattr(field, "stream_block"):
            sent |= posted(field.stream_block, getattr(draft, field.name), field.name)
    return sent
