"""Which registries and entries a member of staff may see: those of his own bodies."""

from typing import Any

from django.db.models import QuerySet
from wagtail.permissions import register_permission_policy

from cms.scoped import ScopedPolicy
from services_catalog.organisations.scope import organisations_of
from services_catalog.registries.models import Registry, RegistryEntry


def register_policies() -> None:
    """Called when the app is ready, before any view asks for a policy."""
    register_permission_policy(Registry, ScopedPolicy(Registry, registries_of))
    register_permission_policy(RegistryEntry, ScopedPolicy(RegistryEntry, entries_of))


def registries_of(user: Any) -> "QuerySet[Registry]":
    return Registry.objects.filter(organisation__in=organisations_of(user)).select_related("organisation")


def entries_of(user: Any) -> "QuerySet[RegistryEntry]":
    return RegistryEntry.objects.filter(registry__in=registries_of(user)).select_related("registry")
