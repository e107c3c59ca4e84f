"""/{language}/apply/<service>/…"""

from django.urls import path, register_converter
from django.views.decorators.cache import never_cache
from django_altcha import AltchaChallengeView

from forms_builder.fields.captcha import HARDEST
from service_requests.wizard import guests, sending, updating, views
from service_requests.wizard.offers import OfficeSlug
from service_requests.wizard.preview import urls as preview
from service_requests.wizard.window import urls as window

app_name = "apply"

register_converter(OfficeSlug, "office")

urlpatterns = [
    path("challenge.json", never_cache(AltchaChallengeView.as_view(max_number=HARDEST)), name="challenge"),
    *preview.urlpatterns,
    *window.urlpatterns,
    path("leave/", guests.leave, name="leave"),
    path("link/<str:mark>/", guests.resume, name="resume"),
    path("<office:slug>/", views.start, name="start"),
    path("<office:slug>/update/", updating.update, name="update"),
    path("<office:slug>/review/", sending.review, name="review"),
    path("<office:slug>/submit/", sending.submit_draft, name="submit"),
    path("<office:slug>/steps/<slug:step>/", views.StepView.as_view(url_name="apply:step"), name="step"),
    path("<slug:slug>/without-account/", guests.begin, name="guest"),
    path("<slug:slug>/link/", guests.link, name="link"),
    path("<slug:slug>/mobile/", guests.mobile, name="mobile"),
    path("<slug:slug>/", views.start, name="start"),
    path("<slug:slug>/update/", updating.update, name="update"),
    path("<slug:slug>/review/", sending.review, name="review"),
    path("<slug:slug>/submit/", sending.submit_draft, name="submit"),
    path("<slug:slug>/steps/<slug:step>/", views.StepView.as_view(url_name="apply:step"), name="step"),
]
