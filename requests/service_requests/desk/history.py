"""The History view of a request: told by `history.tellings`, for those who may read it."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin.widgets.button import HeaderButton

from cms.history import Entry, RecordHistoryView
from service_requests.desk.detail import CaseObject
from service_requests.history.tellings import tell_request, timeline_of


class RequestHistory(CaseObject, RecordHistoryView):
    any_permission_required = ["history"]
    inspect_url_name = ""

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        url = reverse(self.inspect_url_name, args=[self.object.public_id])
        return [HeaderButton(label=_("The request"), url=url, icon_name="view")]

    def get_base_queryset(self) -> Any:
        return timeline_of(self.object)

    def entries(self, rows: Sequence[Any], before: Any | None) -> list[Entry]:
        return tell_request(rows, before)

    def get_edit_url(self, instance: Any) -> None:
        return None

    def get_history_url(self, instance: Any) -> str:
        return reverse(self.history_url_name, args=[instance.public_id])

    def get_history_results_url(self, instance: Any) -> str:
        return reverse(self.history_results_url_name, args=[instance.public_id])
