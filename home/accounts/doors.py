"""Addresses of Wagtail where one could sign in or guess a password, taken by ours with their limits.

Included in cms.urls before Wagtail's own, under /admin/ and under each language.
"""

from allauth.account import views as stock
from django.http import HttpRequest, HttpResponseBase
from django.urls import path, reverse_lazy
from django.views.generic import RedirectView
from wagtail.admin.auth import require_admin_access

from home.accounts import views
from home.accounts.staff import OwnSettingsView


@require_admin_access
def own_settings(request: HttpRequest) -> HttpResponseBase:
    return OwnSettingsView.as_view()(request)


admin_doors = [
    path("login/", views.SignInView.as_view()),
    path("logout/", stock.logout),
    path("account/", own_settings),
    path("password_reset/", RedirectView.as_view(url=reverse_lazy("account_reset_password"))),
]

site_doors = [path("_util/login/", views.SignInView.as_view())]
