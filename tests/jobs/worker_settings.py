"""Settings of a worker process that a test starts: the test database itself, and the tests' kinds of work."""

from cms.settings.test import *

INSTALLED_APPS = [*INSTALLED_APPS, "tests.jobs.work"]
