"""A small service of a town, as a bundle that tests may change before it is packed."""

import copy
from typing import Any

from services_catalog.bundles.archive import Bundle, Related, pack, unpack
from services_catalog.content.media import MediaFile, Packed

SLUG = "parking-permit"


def paper(content: bytes) -> MediaFile:
    """A guide under the name it travels by."""
    packed = Packed()
    return packed.files[packed.add("Guide", "guide.pdf", content)]


PAPER = paper(b"%PDF-1.4 a guide")

TOWN: dict[str, Any] = {
    "key": "town",
    "name": {"ar": "بلدة", "en": "Town"},
    "number_prefix": "TWN",
    "year_kind": "gregorian",
    "phone": "199 001",
    "departments": [{"key": "roads", "name": {"ar": "الطرق", "en": "Roads"}}],
    "categories": [{"key": "driving", "name": {"ar": "القيادة", "en": "Driving"}}],
}
SUBJECT: dict[str, Any] = {"type": "short_text", "key": "plate", "label": {"ar": "اللوحة", "en": "Number plate"}}
SERVICE: dict[str, Any] = {
    "slug": SLUG,
    "title": {"ar": "تصريح وقوف", "en": "Parking permit"},
    "summary": {"ar": "تصريح لوقوف سيارتك.", "en": "A permit to park your car."},
    "description": {"ar": "<p>أوقف سيارتك <b>هنا</b>.</p>", "en": "<p>Park your car <b>here</b>.</p>"},
    "conditions": [{"ar": "سيارة واحدة.", "en": "One car."}],
    "guides": [{"words": {"ar": "الدليل", "en": "Guide"}, "document": PAPER.name}],
    "department": "town/roads",
    "category": "driving",
    "form_steps": [{"type": "step", "key": "car", "title": {"ar": "السيارة", "en": "The car"}, "fields": [SUBJECT]}],
}


def parking(**changes: Any) -> dict[str, Any]:
    """The service with some parts replaced; None takes a part out."""
    changed = {**copy.deepcopy(SERVICE), **changes}
    return {name: value for name, value in changed.items() if value is not None}


def packed(
    service: dict[str, Any] | None = None,
    *,
    town: dict[str, Any] | None = TOWN,
    media: tuple[MediaFile, ...] = (PAPER,),
    related: dict[str, Related] | None = None,
    **members: Any,
) -> bytes:
    service = parking() if service is None else service
    body = {"organisation.json": town} if town is not None else {}
    sections = {f"{name}.json": value for name, value in members.items()}
    slug = service.get("slug", SLUG)
    return pack({**body, **sections, f"services/{slug}.json": service}, media, related or {})


def bundled(service: dict[str, Any] | None = None, **kwargs: Any) -> Bundle:
    return unpack(packed(service, **kwargs))
