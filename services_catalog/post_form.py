"""The form of a post: who, where, in which role, for which services, and who stands in."""

from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm

from services_catalog.duties import limit_post, services_of_posts
from services_catalog.models import ServicePage
from services_catalog.organisations.forms import appointable_by, colleagues_of, name_people
from services_catalog.organisations.models import Membership
from services_catalog.organisations.scope import departments_of


class ServicesField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # not subscriptable at run time
    """Services of a body, with their department."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.title} – {obj.department}"


class PostForm(WagtailAdminModelForm):
    """Nobody is offered people, departments or services of another body."""

    services = ServicesField(
        queryset=None,
        required=False,
        label=gettext_lazy("Services"),
        help_text=gettext_lazy("Choose some to limit the post to them. Without any it is for all of its department."),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        post: Membership = self.instance
        people, substitutes = appointable_by(self.for_user), colleagues_of(self.for_user)
        if post.pk:
            kept = type(post.user)._default_manager
            people = people | kept.filter(pk=post.user_id)
            substitutes = substitutes | kept.filter(pk__in=[post.substitute_id or 0])
        name_people(self, user=people, substitute=substitutes)
        if self.for_user is not None:
            self.fields["department"].queryset = departments_of(self.for_user)
        self.fields["services"].queryset = services_in(self.fields["department"].queryset)
        if post.pk:
            self.fields["services"].initial = sorted(services_of_posts([post.pk]).get(post.pk, ()))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        department, services = cleaned.get("department"), cleaned.get("services") or ()
        strange = [service.title for service in services if department and service.department_id != department.pk]
        if strange:
            told = _("Another department does these services: %(services)s. Take them out, or change the department.")
            self.add_error("services", told % {"services": "، ".join(strange)})
        return cleaned

    def save(self, commit: bool = True) -> Membership:
        post: Membership = super().save(commit)
        if commit:
            limit_post(post, [service.pk for service in self.cleaned_data["services"]])
        return post


def services_in(departments: "QuerySet[Any]") -> "QuerySet[ServicePage]":
    """Services of these departments, as their pages in the source language say; never with their forms."""
    pages = ServicePage.objects.filter(locale__language_code=settings.LANGUAGE_CODE, department__in=departments)
    return pages.only("title", "department").select_related("department").order_by("department", "title")
