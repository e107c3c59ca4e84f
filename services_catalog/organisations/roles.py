"""Roles: what a post is for, whoever holds it. They are data; a workflow says which role may do what."""

from services_catalog.organisations.models import Membership, Role


def role_choices() -> list[tuple[str, str]]:
    """Every role, for an editor."""
    return [(role.key, str(role)) for role in Role.objects.all()]


def holders_by_role(organisation_id: int | None) -> dict[str, bool]:
    """Every role, and whether somebody holds it in the organisation; anywhere, where no organisation is named."""
    held = Membership.objects.filter(role__isnull=False, user__is_active=True)
    if organisation_id is not None:
        held = held.filter(department__organisation=organisation_id)
    keys = set(held.values_list("role__key", flat=True))
    return {key: key in keys for key in Role.objects.values_list("key", flat=True)}
