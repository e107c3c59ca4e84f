"""Who stands above a department: where an objection to its answers goes.

The department of its body that decides on objections; for what that department answered itself, the one of
the authority above, and so on to the top.
"""

from services_catalog.organisations.models import Department, Organisation


def level_above(department: Department) -> Department | None:
    """The department that decides on objections to this one's answers; None at the top."""
    body: Organisation | None = department.organisation
    seen: set[int] = set()
    while body is not None and body.pk not in seen:
        seen.add(body.pk)  # a ring would be a fault of the data; it ends here all the same
        deciding = Department.objects.filter(organisation=body, decides_objections=True).exclude(pk=department.pk)
        found = deciding.select_related("organisation").first()
        if found is not None:
            return found
        body = body.parent
    return None
