"""What every page has in common that asks before many requests are changed: the selection, what will happen, the run.

The pages themselves are in `bulk`. What came of one is told by the run (desk.runs).
"""

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin import messages

from cms.scoped import ScopedBulkAction
from service_requests.desk.selection import Frozen
from service_requests.records.models import ServiceRequest
from service_requests.records.scope import visible_to
from service_requests.workflow.many import Done, Refusal
from service_requests.workflow.permissions import BULK
from service_requests.workflow.runs.models import BulkRun
from service_requests.workflow.runs.starting import AT_ONCE, MOST, Order, start

# Refusals spelled out beneath a reason; beyond that the number has to do.
TOLD = 20


@dataclass(frozen=True)
class Group:
    """Requests that stay as they are for one reason."""

    why: str
    count: int
    some: Sequence[Refusal]

    @property
    def untold(self) -> int:
        return self.count - len(self.some)


@dataclass(frozen=True)
class Forecast:
    """What one choice would do to the selection."""

    label: str
    done: Done

    @cached_property
    def groups(self) -> list[Group]:
        """Why some stay as they are, the commonest reason first."""
        counts = Counter(refusal.why for refusal in self.done.refused)
        return [
            Group(why, count, [refusal for refusal in self.done.refused if refusal.why == why][:TOLD])
            for why, count in counts.most_common()
        ]


class RequestBulkAction(ScopedBulkAction):
    """A page that asks, then one run for all."""

    models: ClassVar[list[Any]] = [ServiceRequest]
    key_field = "public_id"
    template_name = "service_requests/desk/bulk.html"
    right: ClassVar[str] = BULK

    @classmethod
    def allows(cls, user: Any) -> bool:
        return bool(user.has_perm(BULK) and user.has_perm(cls.right))

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not self.allows(request.user):
            raise PermissionDenied
        if not self.ids:
            if self.names_rows():
                raise Http404
            messages.warning(request, _("There is nothing to change: choose requests in the list first."))
            return redirect(self._back())
        if len(self.ids) > MOST:
            told = _("The list has more than %(most)s requests. Narrow it with filters, then choose all of it again.")
            messages.warning(request, told % {"most": f"{MOST:,}"})
            return redirect(self._back())
        return super().dispatch(request, *args, **kwargs)

    def check_perm(self, obj: Any) -> bool:
        return self.allows(self.request.user)

    @cached_property
    def frozen(self) -> Frozen | None:
        """The selection that the confirmed page spoke of; None where there was none, or too long ago."""
        return Frozen.read(self.request.POST.get("seen", ""), self.request.user)

    @cached_property
    def ids(self) -> list[int]:
        if self.frozen:
            return self.frozen.ids
        chosen = self.chosen_rows().order_by().values_list("pk", flat=True)
        return sorted(chosen[: MOST + 1])

    @cached_property
    def requests(self) -> list[ServiceRequest]:
        """Those of the selection that he may see now."""
        found = visible_to(self.request.user).for_listing().filter(pk__in=self.ids)
        return list(found.select_related("organisation").order_by("pk"))

    @cached_property
    def seen(self) -> str:
        """What the page carries: the selection, and the key of the run that confirming it makes."""
        return (self.frozen or Frozen(uuid.uuid4(), self.ids)).signed(self.request.user)

    def get_initial(self) -> dict[str, Any]:
        return {"seen": self.seen}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            "form": kwargs.get("form") or self.get_form(),
            "title": self.display_name,
            "total": len(self.ids),
            "forecasts": self.forecasts(),
            "next": self._back(),
            "submit_url": self.request.get_full_path(),
            "view": self,
            "is_job": len(self.ids) > AT_ONCE,
        }

    def forecasts(self) -> list[Forecast]:
        raise NotImplementedError

    def order(self, cleaned: dict[str, Any]) -> Order:
        """What was confirmed."""
        raise NotImplementedError

    def form_valid(self, form: forms.Form) -> HttpResponse:
        if form.cleaned_data["seen"] and not self.frozen:
            form.add_error(None, _("The list has changed meanwhile. Look at what will happen now, and confirm again."))
            form.data = {**self.request.POST.dict(), "seen": self.seen}
            return self.form_invalid(form)
        key = self.frozen.key if self.frozen else uuid.uuid4()
        if BulkRun.objects.filter(public_id=key, started_by=self.request.user).exists():
            # Sent again, perhaps with another choice: one page confirms one run.
            told = _("You confirmed this page before, and nothing more was done. To change more, begin at the list.")
            messages.warning(self.request, told)
            return redirect("bulk_run", pk=key)
        run = start(self.order(form.cleaned_data), self.ids, by=self.request.user, key=key, list_address=self._back())
        if run.state != BulkRun.State.DONE or run.refused:
            return redirect("bulk_run", pk=run.public_id)
        told = ngettext("%(count)d request was changed.", "%(count)d requests were changed.", run.changed)
        more = messages.button(reverse("bulk_run", args=[run.public_id]), _("What was done"))
        messages.success(self.request, told % {"count": run.changed}, buttons=[more])
        return redirect(self._back())

    def form_invalid(self, form: forms.Form) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form))

    def _back(self) -> str:
        # Without a next address stock Wagtail names the page itself.
        return reverse("requests:list") if self.next_url == self.request.path else self.next_url
