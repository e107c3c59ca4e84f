"""/{language}/apply/window/<sitting>/…, by the names that the addresses of an application have."""

from django.urls import path, register_converter

from service_requests.wizard.window import views
from service_requests.wizard.window.offers import WindowSlug

register_converter(WindowSlug, "window")

urlpatterns = [
    path("<window:slug>/", views.start, name="start"),
    path("<window:slug>/update/", views.update, name="update"),
    path("<window:slug>/review/", views.review, name="review"),
    path("<window:slug>/submit/", views.submit, name="submit"),
    path("<window:slug>/stop/", views.stop, name="window_stop"),
    path("<window:slug>/steps/<slug:step>/", views.WindowStep.as_view(url_name="apply:step"), name="step"),
]
