"""The forms staff edit organisations, departments and absences with: nobody is offered what is not his.

That of a post also asks for services, so it stands above (services_catalog.post_form).
"""

from typing import Any, ClassVar

from django import forms
from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from wagtail.admin.forms import WagtailAdminModelForm

from services_catalog.organisations.models import Membership
from services_catalog.organisations.scope import memberships_of, organisations_of
from services_catalog.organisations.tree import with_bodies_below


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable at run time
    """A colleague, by his name."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.get_full_name()} ({obj.get_username()})"


class KeyedForm(WagtailAdminModelForm):
    """What has a key keeps it: workflows, content files and bundles know it by that name."""

    kept: ClassVar[tuple[str, ...]] = ("key",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.kept:
            if self.instance.pk and name in self.fields:
                self.fields[name].disabled = True


class OrganisationForm(KeyedForm):
    """A body stands below another one that the person may see, and never below itself."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "parent" not in self.fields:
            return
        bodies = organisations_of(self.for_user) if self.for_user is not None else self.fields["parent"].queryset
        if self.instance.pk:
            bodies = bodies.exclude(pk__in=with_bodies_below([self.instance.pk]))
        self.fields["parent"].queryset = bodies | type(self.instance).objects.filter(pk=self.instance.parent_id)


class DepartmentForm(KeyedForm):
    """A department of one's own organisation, which keeps it: its requests have their numbers from there."""

    kept = ("key", "organisation")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.for_user is not None and "organisation" in self.fields:
            self.fields["organisation"].queryset = organisations_of(self.for_user)


class AbsenceForm(WagtailAdminModelForm):
    """Days away of somebody who works in a body of one's own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = colleagues_of(self.for_user)
        name_people(self, user=people if self.instance.pk is None else people | _himself(self.instance.user_id))


def name_people(form: Any, **people: "QuerySet[Any]") -> None:
    """Let these fields of a form offer these people, by their names."""
    for name, offered in people.items():
        field = form.fields[name]
        form.fields[name] = PersonField(offered, required=field.required, label=field.label, help_text=field.help_text)
        form.fields[name].limit_choices_to = {}


def colleagues_of(user: Any) -> "QuerySet[Any]":
    """Active staff with a post in a body of this person's; of any body where nobody in particular asks."""
    posts = memberships_of(user) if user is not None else Membership.objects.all()
    return get_user_model().objects.filter(is_active=True, pk__in=posts.order_by().values("user")).order_by("full_name")


def appointable_by(user: Any) -> "QuerySet[Any]":
    """Staff this person may give a post: his colleagues, and staff who have no post anywhere yet.

    Citizens share the table of people with staff and are never among them.
    """
    people = get_user_model().objects
    staff = people.filter(pk__in=people.filter(Q(groups__isnull=False) | Q(is_superuser=True)).values("pk"))
    found = staff.filter(is_active=True).order_by("full_name")
    if user is None or user.is_superuser:
        return found
    known = memberships_of(user).order_by().values("user")
    return found.filter(Q(pk__in=known) | ~Q(pk__in=Membership.objects.values("user")))


def _himself(person: int) -> "QuerySet[Any]":
    return get_user_model().objects.filter(pk=person)
