"""What requests add to the Wagtail admin."""

from wagtail import hooks
from wagtail.snippets.models import register_snippet

from service_requests.desk.bulk import AssignMany, MoveMany, NoBulkDelete
from service_requests.desk.viewset import RequestViewSet

register_snippet(RequestViewSet)

hooks.register("register_bulk_action", AssignMany)
hooks.register("register_bulk_action", MoveMany)
# After the stock action of the same name, which it replaces.
hooks.register("register_bulk_action", NoBulkDelete, order=100)
