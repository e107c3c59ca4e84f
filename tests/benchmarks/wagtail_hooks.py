"""The peer of the desk's list: Wagtail's own listing of the same rows, its columns and its filters."""

from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from tests.benchmarks.models import StockRequest


class StockRequestViewSet(SnippetViewSet):
    model = StockRequest
    url_prefix = "stock-requests"
    list_display = ["number", "service", "applicant_name", "status", "department", "assignee", "submitted_at"]
    list_filter = ["service", "status", "department", "submitted_at"]
    search_fields = ["number", "applicant_name", "applicant_identity", "applicant_mobile"]
    search_backend_name = None


register_snippet(StockRequestViewSet)
