"""Images that editors uploaded, in the sizes pages show them in.

Only these folders of MEDIA_ROOT have an address. Documents go through Wagtail's view, which checks who asks;
what citizens upload lies elsewhere altogether.
"""

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import re_path
from django.views.decorators.cache import cache_control
from django.views.static import serve

A_WEEK = 7 * 24 * 60 * 60


@cache_control(public=True, max_age=A_WEEK)
def image(request: HttpRequest, path: str) -> HttpResponseBase:
    return serve(request, path, document_root=str(settings.MEDIA_ROOT))


image_doors = [re_path(r"^media/(?P<path>(?:images|avatar_images)/[^/]+)$", image)]
