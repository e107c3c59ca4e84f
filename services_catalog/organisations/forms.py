"""The forms staff edit departments and memberships with: nobody is offered what is not his."""

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q
from wagtail.admin.forms import WagtailAdminModelForm

from services_catalog.organisations.scope import departments_of, organisations_of


class DepartmentForm(WagtailAdminModelForm):
    """A department of one's own organisation."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.for_user is not None and "organisation" in self.fields:
            self.fields["organisation"].queryset = organisations_of(self.for_user)


class MembershipForm(WagtailAdminModelForm):
    """Who works where. Citizens share the table of people with staff and are never listed here."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        staff = get_user_model().objects.filter(Q(groups__isnull=False) | Q(is_superuser=True), is_active=True)
        self.fields["user"].queryset = staff.distinct().order_by("username")
        if self.for_user is not None:
            self.fields["department"].queryset = departments_of(self.for_user)
