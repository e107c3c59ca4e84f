from django.apps import AppConfig


class CmsConfig(AppConfig):
    """The project itself, as an app: system checks, template tags, static files."""

    name = "cms"

    def ready(self) -> None:
        from cms import checks, lookups  # noqa: F401 -- importing registers them
