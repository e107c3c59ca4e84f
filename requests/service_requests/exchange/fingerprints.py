"""Whether a request is still the one a person looked at."""

import hashlib
import json

from service_requests.records.models import ServiceRequest


def fingerprint(request: ServiceRequest) -> str:
    """A digest of all that an import may change and of what would make its changes wrong."""
    facts = [
        request.answers,
        request.form_version_id,
        request.department_id,
        request.assignee_id,
        request.stage_key,
        request.updated_at.isoformat(),
    ]
    return hashlib.sha256(json.dumps(facts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
