"""Row-level security for records in the admin, which stock Wagtail views do not check.

An app registers a `ScopedPolicy` for its model (in AppConfig.ready) and derives its viewset from
`ScopedViewSet`: every view of the viewset that fetches an object then answers 404 for a row outside
the person's scope, every list shows only his rows, and a bulk action changes only those, even when
its ids were typed by hand or "all" was chosen.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import Http404
from django.utils.functional import cached_property, classproperty
from django.views import View
from wagtail.admin.views.bulk_action import BulkAction
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import policy_registry
from wagtail.snippets.bulk_actions.delete import DeleteBulkAction
from wagtail.snippets.models import get_snippet_models
from wagtail.snippets.views.snippets import SnippetViewSet

Scope = Callable[[Any], "QuerySet[Any]"]

ANY_ACTION = ("view", "add", "change", "delete")


class ScopedPolicy(ModelPermissionPolicy):
    """Groups say which kind of action a person may do at all; `scope` on which rows.

    `actions` are the kinds that exist for this model; any other is refused, to superusers too.
    """

    def __init__(self, model: type[Model], scope: Scope, *, actions: Sequence[str] = ANY_ACTION) -> None:
        super().__init__(model)
        self.scope = scope
        self.actions = frozenset(actions)

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action in self.actions and super().user_has_permission(user, action)

    def user_has_any_permission(self, user: Any, actions: Sequence[str]) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Model) -> bool:
        return self.user_has_permission(user, action) and self.scope(user).filter(pk=instance.pk).exists()

    def user_has_any_permission_for_instance(self, user: Any, actions: Sequence[str], instance: Model) -> bool:
        return self.user_has_any_permission(user, actions) and self.scope(user).filter(pk=instance.pk).exists()

    def instances_user_has_any_permission_for(self, user: Any, actions: Sequence[str]) -> "QuerySet[Any]":
        rows = self.scope(user)
        return rows if self.user_has_any_permission(user, actions) else rows.none()


def rows_of(model: type[Model], user: Any) -> "QuerySet[Any]":
    """The rows of a model that this person may see at all."""
    return policy_registry.get_by_type(model).instances_user_has_any_permission_for(user, ANY_ACTION)


class ScopedObject:
    """In front of a view that fetches one row: a row outside the person's scope does not exist."""

    request: Any
    model: Any

    def get_object(self, *args: Any, **kwargs: Any) -> Any:
        found = super().get_object(*args, **kwargs)  # type: ignore[misc]  # of the stock view behind
        if found is None or found.pk is None:
            return found
        if not rows_of(type(found), self.request.user).filter(pk=found.pk).exists():
            raise Http404
        return found


class ScopedListing:
    """In front of a view that lists rows: it starts from the person's scope, and never widens by mistake.

    Stock lists show every row when a filter cannot be read, and what is built on them (all filtered rows of a
    bulk action, an export) would then take every row. Here an unreadable filter finds nothing.
    """

    request: Any
    model: Any

    def get_base_queryset(self) -> "QuerySet[Any]":
        return rows_of(self.model, self.request.user)

    @cached_property
    def filters(self) -> Any:
        """Their choices are the person's own rows too: stock filters offer every row of the other model by name."""
        found = super().filters  # type: ignore[misc]  # of the stock view behind
        for choice in found.form.fields.values() if found else ():
            model = getattr(getattr(choice, "queryset", None), "model", None)
            if model and isinstance(policy_registry.get_by_type(model), ScopedPolicy):
                choice.queryset = rows_of(model, self.request.user)
        return found

    def filter_queryset(self, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        if self.has_faulty_filters:
            return queryset.none()
        filtered: QuerySet[Any] = super().filter_queryset(queryset)  # type: ignore[misc]  # of the stock view behind
        return filtered

    @property
    def has_faulty_filters(self) -> bool:
        """Whether a filter of the address has a value that does not exist, such as a day that is none."""
        return bool(self.filters and not self.filters.is_valid())


class ScopedViewSet(SnippetViewSet):
    """A snippet whose stock views are scoped, each of them and those of later versions of Wagtail.

    There is no chooser unless a viewset asks for one: the stock chooser lists every row to everyone.
    """

    copy_view_enabled = False
    add_to_reference_index = False
    chooser_enabled: ClassVar[bool] = False

    def construct_view(self, view_class: type[View], **kwargs: Any) -> Any:
        return super().construct_view(scoped(view_class), **kwargs)

    def register_chooser_viewset(self) -> None:
        if self.chooser_enabled:
            super().register_chooser_viewset()


def scoped(view_class: type[View]) -> type[View]:
    """The view with the mix-ins it needs; unchanged where it has them."""
    bases: list[type] = []
    if hasattr(view_class, "get_object") and not issubclass(view_class, ScopedObject):
        bases.append(ScopedObject)
    if _lists_its_model(view_class) and not issubclass(view_class, ScopedListing):
        bases.append(ScopedListing)
    return type(view_class.__name__, (*bases, view_class), {}) if bases else view_class


def _lists_its_model(view_class: type[View]) -> bool:
    # Views of one object (history, usage) have a base queryset too, of something else.
    return hasattr(view_class, "get_base_queryset") and not hasattr(view_class, "get_object")


def listing_of(model: Any, request: Any) -> "QuerySet[Any]":
    """What the list of a scoped snippet shows for the parameters of this request, on all of its pages."""
    built = model.snippet_viewset.index_view
    view = built.view_class(**built.view_initkwargs)
    view.setup(request)
    return view.get_queryset()


class ScopedSelection:
    """The rows of a bulk action: those the person chose, within his scope.

    "All" means the listing as it is filtered and searched, which stock Wagtail ignores: its script
    sends the parameters of the listing along, and the listing's own view reads them.
    """

    request: Any
    model: Any
    # The column whose values the list hands over as ids.
    key_field: ClassVar[str] = "pk"

    def chosen_rows(self) -> "QuerySet[Any]":
        """The rows the person ticked, or all of his filtered listing; never others."""
        ids = self.request.GET.getlist("id")
        if "all" in ids:
            return listing_of(self.model, self.request)
        rows = rows_of(self.model, self.request.user)
        return rows.filter(**{f"{self.key_field}__in": list(self._readable(ids))})

    def names_rows(self) -> bool:
        """Whether the address names rows one by one, theirs or not."""
        ids = self.request.GET.getlist("id")
        return "all" not in ids and any(True for _id in self._readable(ids))

    def _readable(self, ids: Iterable[str]) -> Iterator[Any]:
        options = self.model._meta
        field = options.pk if self.key_field == "pk" else options.get_field(self.key_field)
        for key in ids:
            # An id that cannot be one belongs to no row.
            with suppress(ValidationError):
                yield field.to_python(key)


class ScopedBulkAction(ScopedSelection, BulkAction):
    """A bulk action that is denied until it says who may do it, and that stays within the scope."""

    @classmethod
    def get_queryset(cls, model: type[Model], object_ids: Any) -> Any:
        raise NotImplementedError("Rows are fetched by chosen_rows, within the scope.")

    def check_perm(self, obj: Any) -> bool:
        return False


class ScopedDelete(ScopedSelection, DeleteBulkAction):
    """Stock bulk delete for scoped snippets: it neither deletes nor names a row of another office.

    Registered after the stock action, which it replaces for these models.
    """

    @classproperty
    def models(cls) -> list[type[Model]]:  # noqa: N805 -- a property of the class
        return [model for model in get_snippet_models() if isinstance(policy_registry.get_by_type(model), ScopedPolicy)]

    def get_actionable_objects(self) -> tuple[list[Any], dict[str, list[Any]]]:
        rows = list(self.chosen_rows())
        allowed = [row for row in rows if self.check_perm(row)]
        return allowed, {"items_with_no_access": [row for row in rows if row not in allowed]}
