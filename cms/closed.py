"""Addresses of packages that check no rows, taken out. Included in cms.urls before the packages' own.

wagtail_localize lists every snippet by name to whoever may enter the admin: memberships and departments of
all offices among them. Nothing of ours is translated as a snippet, so nothing needs the list.
"""

from typing import Any, NoReturn

from django.http import Http404, HttpRequest
from django.urls import path


def not_here(request: HttpRequest, **kwargs: Any) -> NoReturn:
    raise Http404


admin_doors = [
    path("localize/api/snippets/<slug:app_label>/<slug:model_name>/", not_here),
    path("localize/api/snippets/<slug:app_label>/<slug:model_name>/<str:pk>/", not_here),
]
