"""The tree of bodies: authority, centre, and what stands below them."""

from collections import defaultdict
from collections.abc import Collection

from services_catalog.organisations.models import Organisation


def with_bodies_below(organisations: Collection[int]) -> frozenset[int]:
    """Keys of these bodies and of all that stand below them, however deep; one query."""
    if not organisations:
        return frozenset()
    below: dict[int, list[int]] = defaultdict(list)
    for key, parent in Organisation.objects.filter(parent__isnull=False).order_by().values_list("pk", "parent"):
        if parent is not None:
            below[parent].append(key)
    found: set[int] = set()
    waiting = list(organisations)
    while waiting:
        body = waiting.pop()
        # A ring would be a fault of the data; it ends here all the same.
        if body not in found:
            found.add(body)
            waiting.extend(below[body])
    return frozenset(found)
