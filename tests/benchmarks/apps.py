from django.apps import AppConfig


class BenchmarksConfig(AppConfig):
    """The peers: a stock form page and a stock listing. Installed by the benchmarks' settings alone."""

    name = "tests.benchmarks"
    label = "benchmarks"
    default_auto_field = "django.db.models.BigAutoField"
