"""Every address of the portal. Those with a language in front stand under `i18n_patterns`."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path, re_path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls
from wagtail.urls import serve_pattern

from cms import closed, media
from cms.api import api
from home.accounts.doors import admin_doors, site_doors
from service_requests.citizen.inquiring import inquire
from service_requests.desk import doors as desk
from service_requests.feedback.voting import addresses as votes
from service_requests.notices.views import outbox
from services_catalog.rendered import public_page

handler404 = "cms.requestid.not_found"
handler500 = "cms.requestid.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", include(admin_doors)),
    path("admin/", include(desk.admin_doors)),
    path("admin/", include(closed.admin_doors)),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("api/", api.urls),
    path("", include(media.image_doors)),
]

urlpatterns += i18n_patterns(
    path("account/", include("home.accounts.urls")),
    path("apply/", include("service_requests.wizard.urls")),
    path("requests/", include("service_requests.citizen.urls")),
    path("verify/", include("service_requests.citizen.verify_urls")),
    path("inquiry/", inquire, name="inquiry"),
    path("helpful/", include(votes)),
    path("outbox/", outbox, name="outbox"),
    path("", include(site_doors)),
    re_path(serve_pattern, public_page),
    path("", include(wagtail_urls)),
    prefix_default_language=True,
)
