"""Establishments and delegations in the admin, for staff who have the right to keep them.

They belong to no body: an office applies to all of them. A person is named by the whole number of his document;
nobody is listed, nothing is guessed. Neither is ever deleted: a delegation is ended.
"""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.permissions import register_permission_policy
from wagtail.snippets.views.snippets import IndexView, SnippetViewSetGroup

from cms.history import RecordHistoryView
from cms.identity import IdentityType, check_identity
from cms.scoped import ScopedListing, ScopedPolicy, ScopedViewSet
from home.accounts.establishments import delegating
from home.accounts.establishments.models import Delegation, Establishment
from home.accounts.fields import LineField
from home.accounts.models import User

KEPT = ("view", "add", "change")


def register_policies() -> None:
    """Called when the app is ready, before any view asks for a policy."""
    register_permission_policy(Establishment, ScopedPolicy(Establishment, _establishments, actions=KEPT))
    register_permission_policy(Delegation, ScopedPolicy(Delegation, _delegations, actions=KEPT))


def _establishments(user: Any) -> "QuerySet[Establishment]":
    return Establishment.objects.all()


def _delegations(user: Any) -> "QuerySet[Delegation]":
    """All but one's own: nobody keeps what he may do for an office himself."""
    return Delegation.objects.exclude(person=user).select_related("person", "establishment")


class DelegationForm(WagtailAdminModelForm):
    """Who acts for which establishment, and until when. Person and establishment stay once it is made."""

    identity_type = forms.ChoiceField(label=gettext_lazy("Identity document"), choices=IdentityType.choices)
    identity_number = LineField(
        label=gettext_lazy("Identity number"),
        max_length=40,
        help_text=gettext_lazy("Of a person who has an account in this portal."),
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    end_now = forms.BooleanField(
        label=gettext_lazy("End it now"),
        required=False,
        help_text=gettext_lazy("The person sees nothing of the establishment any more. It cannot be begun again."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        made: Delegation = self.instance
        if made.pk:
            self.initial |= {
                "identity_type": made.person.identity_type,
                "identity_number": made.person.identity_number,
                "end_now": made.ended_at is not None,
            }
            # Who it is was settled when it was made; of what has ended nothing is changed.
            fixed = {"identity_type", "identity_number", "establishment"}
            for name, field in self.fields.items():
                field.disabled = name in fixed or made.ended_at is not None
            for name in ("identity_type", "identity_number"):
                self.fields[name].required = False
        else:
            del self.fields["end_now"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if not self.instance.pk and not {"identity_type", "identity_number"} & self.errors.keys():
            try:
                self.instance.person = self._person(cleaned)
            except ValidationError as error:
                self.add_error("identity_number", error)
        return cleaned

    def _person(self, cleaned: dict[str, Any]) -> User:
        kind = cleaned["identity_type"]
        number = check_identity(kind, cleaned["identity_number"], settings.HOME_COUNTRY)
        person = User.objects.filter(identity_type=kind, identity_number=number, is_active=True).first()
        if person is None:
            raise ValidationError(_("Nobody with this document has an account. He opens one first."))
        if self.for_user is not None and person.pk == self.for_user.pk:
            raise ValidationError(_("This is your own document: a colleague makes your delegation."))
        return person

    def _get_validation_exclusions(self) -> set[str]:
        # Django looks at the constraints of what stands in the form; the person stands there by his number.
        excluded: set[str] = super()._get_validation_exclusions()
        return excluded - {"person", "ended_at"} if self.instance.person_id else excluded

    def save(self, commit: bool = True) -> Delegation:
        if not self.instance.pk:
            self.instance.made_by = self.for_user
        made: Delegation = super().save(commit)
        if commit and self.cleaned_data.get("end_now"):
            delegating.end(made)
        return made


Delegation.base_form_class = DelegationForm  # type: ignore[attr-defined]  # read by Wagtail


class EstablishmentViewSet(ScopedViewSet):
    model = Establishment
    icon = "home"
    list_display = ["__str__", Column("kind", label=gettext_lazy("Kind"), accessor="get_kind_display"), "number"]
    list_filter = ["kind"]
    search_fields = ["number", "name"]
    history_view_class = RecordHistoryView
    history_template_name = RecordHistoryView.template_name
    panels = [FieldRowPanel([FieldPanel("kind"), FieldPanel("number")]), FieldPanel("name")]


class DelegationList(ScopedListing, IndexView):
    """Delegations by the name of the person, the newest first."""

    @cached_property
    def columns(self) -> Sequence[Any]:
        checkbox, first, *others = super().columns
        first.label = pgettext_lazy("of an establishment", "Person")
        first.accessor = lambda made: made.person.get_full_name()
        current = BooleanColumn("is_current", label=gettext_lazy("In force"))
        return [checkbox, first, *others, current]


class DelegationViewSet(ScopedViewSet):
    model = Delegation
    icon = "user"
    index_view_class = DelegationList
    list_display = [
        "__str__",
        Column("establishment", label=gettext_lazy("Establishment")),
        Column("role", label=gettext_lazy("Role"), accessor="get_role_display"),
        "first_day",
        "last_day",
    ]
    list_filter = ["role"]
    search_fields = ["person__full_name", "person__identity_number", "establishment__number", "establishment__name"]
    history_view_class = RecordHistoryView
    history_template_name = RecordHistoryView.template_name
    panels = [
        FieldPanel("establishment", widget=forms.Select),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("identity_type"), FieldPanel("identity_number")])],
            heading=pgettext_lazy("of an establishment", "Person"),
        ),
        FieldPanel("role"),
        FieldRowPanel([FieldPanel("first_day"), FieldPanel("last_day")]),
        FieldPanel("end_now"),
    ]


class EstablishmentGroup(SnippetViewSetGroup):
    """Whom people act for, and who does."""

    menu_label = gettext_lazy("Establishments")
    menu_icon = "group"
    menu_order = 310
    items = (EstablishmentViewSet, DelegationViewSet)
