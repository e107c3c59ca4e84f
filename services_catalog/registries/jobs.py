"""The jobs of this app, for the workers to find: each is registered by the module that is named here."""

from services_catalog.registries import attempts, importing

__all__ = ["attempts", "importing"]
