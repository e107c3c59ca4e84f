"""Documents that were issued on a request, at the desk: opened, and revoked with a reason."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from wagtail.admin import messages

from service_requests.desk.forms import PlainForm
from service_requests.documents.issuing import NotIssued, may_revoke, revoke
from service_requests.documents.models import LONGEST_REASON, IssuedDocument
from service_requests.documents.opening import paper_response
from service_requests.notices.events import REVOKED
from service_requests.notices.outbox import announce
from service_requests.records.scope import visible_to


class PaperObject(View):
    """Fetch the document by its public id, of a request within the person's scope."""

    request: Any  # of somebody who entered the admin: never anonymous
    kwargs: Mapping[str, Any]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # Before the method is looked at: what is not there is not there, however it is asked for.
        papers = IssuedDocument.objects.select_related("request", "organisation")
        seen = visible_to(self.request.user).filter(public_id=kwargs["pk"])
        paper = papers.filter(public_id=kwargs["paper"], request__in=seen).first()
        if paper is None:
            raise Http404
        self.paper = paper
        return super().dispatch(request, *args, **kwargs)


class PaperDownload(PaperObject):
    """The paper as it was issued."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return paper_response(self.paper)


class RevokeForm(PlainForm):
    """Why."""

    reason = forms.CharField(
        label=gettext_lazy("Why it is revoked"),
        help_text=gettext_lazy("Colleagues read it, and the applicant under “My requests”. Who verifies it does not."),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        max_length=LONGEST_REASON,
        error_messages={"required": gettext_lazy("Write why it is revoked.")},
    )


class RevokePaper(PaperObject):
    """Ask for the reason, and on POST take the document back."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self._must_be_allowed()
        if self.paper.revoked_at is not None:
            return redirect(self._back)
        return self._page(RevokeForm(auto_id="revoke-%s"))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self._must_be_allowed()
        form = RevokeForm(request.POST, auto_id="revoke-%s")
        if not form.is_valid():
            return self._page(form)
        try:
            with transaction.atomic():
                revoke(self.paper, by=self.request.user, reason=form.cleaned_data["reason"])
                announce(REVOKED, self.paper.request, occasion=self.paper.number)
        except NotIssued as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The document %(number)s was revoked.") % {"number": self.paper.number})
        return redirect(self._back)

    def _must_be_allowed(self) -> None:
        if not may_revoke(self.paper.request, self.request.user):
            raise PermissionDenied

    @property
    def _back(self) -> str:
        return reverse("requests:inspect", args=[self.paper.request.public_id]) + "#papers"

    def _page(self, form: RevokeForm) -> HttpResponse:
        case = self.paper.request
        context = {
            "paper": self.paper,
            "form": form,
            "back": self._back,
            "header_title": self.paper.number,
            "header_icon": "doc-full",
            "breadcrumbs_items": [
                {"url": reverse("requests:list"), "label": _("Requests")},
                {"url": reverse("requests:inspect", args=[case.public_id]), "label": case.number},
                {"url": "", "label": _("Revoke a document")},
            ],
        }
        return TemplateResponse(
            self.request, "service_requests/desk/revoke.html", context, status=422 if form.errors else 200
        )
