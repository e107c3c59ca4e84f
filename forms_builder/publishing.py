"""Making a compiled form the live one, and taking old versions out of use.

Called by the service page when it goes live, and by the editor's page of versions.
"""

import hashlib
import json
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from forms_builder.models import Form, FormVersion
from forms_builder.spec import FormSpec


def digest_of(spec: FormSpec) -> str:
    """SHA-256 of the form's canonical JSON. Ids of blocks do not count: they change with a copy."""
    canonical = json.dumps(_without_blocks(spec.model_dump(mode="json")), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _without_blocks(value: object) -> object:
    if isinstance(value, dict):
        return {key: _without_blocks(item) for key, item in value.items() if key != "block"}
    if isinstance(value, list):
        return [_without_blocks(item) for item in value]
    return value


@transaction.atomic
def publish(translation_key: UUID, spec: FormSpec) -> FormVersion:
    """The live version of this form: a new one where it differs from every earlier one.

    The caller has reviewed the form. Going back to an earlier form makes its old version live again.
    """
    Form.objects.get_or_create(translation_key=translation_key)
    # Two editors who publish at once take turns here.
    form = Form.objects.select_for_update().get(translation_key=translation_key)
    digest = digest_of(spec)
    version = form.versions.filter(digest=digest).first() or FormVersion.objects.create(
        form=form,
        number=(form.versions.aggregate(last=Max("number"))["last"] or 0) + 1,
        spec=spec.model_dump(mode="json"),
        digest=digest,
    )
    if version.retired_at is not None:
        version.retired_at = None
        version.save(update_fields=["retired_at"])
    if form.live_version_id != version.pk:
        form.live_version = version
        form.save(update_fields=["live_version"])
    return version


class StillLive(Exception):
    """The version is the live one; publish another one first."""


@transaction.atomic
def retire(version: FormVersion) -> None:
    """From now on nothing can be submitted with this version. What was submitted keeps it.

    Raises:
        StillLive: when it is the live version.
    """
    # Whoever publishes this version again at the same moment takes turns with us.
    form = Form.objects.select_for_update().get(pk=version.form_id)
    if form.live_version_id == version.pk:
        raise StillLive
    FormVersion.objects.filter(pk=version.pk, retired_at=None).update(retired_at=timezone.now())


def reinstate(version: FormVersion) -> None:
    """Accept applications with this version again."""
    FormVersion.objects.filter(pk=version.pk).update(retired_at=None)
