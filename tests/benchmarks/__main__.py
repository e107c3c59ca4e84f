"""`python -m tests.benchmarks`: measure everything and print one table."""

import argparse
import os
import sys
import time

from django.core.handlers.wsgi import WSGIHandler

REQUESTS = 10_000
# The list is looked at once more when it is so many times as long.
LONG_LIST = 10


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.benchmarks.settings"
    arguments = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    arguments.add_argument("--size", "--requests", dest="requests", type=int, default=REQUESTS, help="stored requests")
    arguments.add_argument("--keep", action="store_true", help="keep the database's tables for the next run")
    arguments.add_argument(
        "only", nargs="*", help="service_page, wizard, large_form, desk, registry, bulk or inquiry; else all"
    )
    chosen = arguments.parse_args()

    import django
    from django.conf import settings
    from django.test.utils import setup_databases, teardown_databases

    django.setup()
    settings.DEBUG = False
    made = setup_databases(verbosity=0, interactive=False, keepdb=chosen.keep, serialized_aliases=[])
    started = time.monotonic()
    try:
        _print_table(chosen.requests, chosen.only)
    finally:
        teardown_databases(made, verbosity=0, keepdb=chosen.keep)
    print(f"\n{time.monotonic() - started:.0f} seconds", file=sys.stderr)


def _print_table(requests: int, only: list[str]) -> None:
    from django.core.management import call_command
    from django.core.wsgi import get_wsgi_application
    from django.db import connection

    from tests.benchmarks import bulk, desk, inquiry, large_form, registry, service_page, stage, wizard
    from tests.benchmarks.report import printed

    parts = {
        "service_page": service_page,
        "wizard": wizard,
        "large_form": large_form,
        "desk": desk,
        "registry": registry,
        "bulk": bulk,
        "inquiry": inquiry,
    }
    application: WSGIHandler = get_wsgi_application()
    # What a run that kept the tables left in them.
    call_command("flush", interactive=False, verbosity=0)
    built = stage.build(requests)
    rows = [row for name, part in parts.items() if not only or name in only for row in part.measure(application, built)]
    if not only and requests == REQUESTS:
        stage.multiply(LONG_LIST)
        rows += desk.measure(application, built)
    print(f"{connection.vendor}, {requests} requests stored; ratios within this run, medians unless said otherwise.\n")
    print(printed(rows))


if __name__ == "__main__":
    main()
