"""Addresses of Wagtail where one could sign in, taken by our sign-in and its limits.

Included in cms.urls before Wagtail's own, under /admin/ and under each language.
"""

from allauth.account import views as stock
from django.urls import path, reverse_lazy
from django.views.generic import RedirectView

from home.accounts import views

admin_doors = [
    path("login/", views.SignInView.as_view()),
    path("logout/", stock.logout),
    path("password_reset/", RedirectView.as_view(url=reverse_lazy("account_reset_password"))),
]

site_doors = [path("_util/login/", views.SignInView.as_view())]
