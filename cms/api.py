"""The one API of the portal, at `/api/`; its description at `/api/openapi.json`.

Apps offer a `ninja.Router` and it is added here.
"""

from django.http import HttpRequest
from ninja import NinjaAPI, Schema

from cms import VERSION
from service_requests.notices.reports import router as reports

api = NinjaAPI(
    title="Diwan",
    version=VERSION,
    urls_namespace="api",
    openapi_url="/openapi.json",
    # The stock documentation page loads scripts from other people's servers.
    docs_url=None,
)


api.add_router("", reports)


class About(Schema):
    """Which portal this is."""

    name: str
    version: str


@api.get("/about", response=About, summary="Name and version of the portal")
def about(request: HttpRequest) -> About:
    return About(name="Diwan", version=VERSION)
