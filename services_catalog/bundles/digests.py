"""Whether two states of a record are the same, and what came into the portal by file."""

import json
from hashlib import sha256
from typing import Any

from services_catalog.models import ImportedRecord


def digest_of(record: Any) -> str:
    canonical = json.dumps(record, sort_keys=True, ensure_ascii=False)
    return sha256(canonical.encode()).hexdigest()


def remember(section: str, key: str, imported: Any, state: Any) -> None:
    """Note what a file said of a record, and how it reads back now."""
    ImportedRecord.objects.update_or_create(
        section=section, key=key, defaults={"imported": digest_of(imported), "state": digest_of(state)}
    )


def remembered(section: str, key: str) -> ImportedRecord | None:
    return ImportedRecord.objects.filter(section=section, key=key).first()
