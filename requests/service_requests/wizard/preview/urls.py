"""/{language}/apply/preview/<page>/…, by the names that the addresses of an application have."""

from django.urls import path, register_converter

from service_requests.wizard.preview import views
from service_requests.wizard.preview.offers import PreviewSlug

register_converter(PreviewSlug, "preview")

urlpatterns = [
    path("<preview:slug>/", views.start, name="start"),
    path("<preview:slug>/again/", views.again, name="preview_again"),
    path("<preview:slug>/review/", views.review, name="review"),
    path("<preview:slug>/submit/", views.submit, name="submit"),
    path("<preview:slug>/end/", views.end, name="preview_end"),
    path("<preview:slug>/steps/<slug:step>/", views.PreviewStep.as_view(url_name="apply:step"), name="step"),
]
