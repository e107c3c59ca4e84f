"""/{language}/apply/<service>/…"""

from django.urls import path
from django.views.decorators.cache import never_cache
from django_altcha import AltchaChallengeView

from forms_builder.fields.captcha import HARDEST
from service_requests.wizard import sending, updating, views
from service_requests.wizard.preview import urls as preview
from service_requests.wizard.window import urls as window

app_name = "apply"

urlpatterns = [
    path("challenge.json", never_cache(AltchaChallengeView.as_view(max_number=HARDEST)), name="challenge"),
    *preview.urlpatterns,
    *window.urlpatterns,
    path("<slug:slug>/", views.start, name="start"),
    path("<slug:slug>/update/", updating.update, name="update"),
    path("<slug:slug>/review/", sending.review, name="review"),
    path("<slug:slug>/submit/", sending.submit_draft, name="submit"),
    path("<slug:slug>/steps/<slug:step>/", views.StepView.as_view(url_name="apply:step"), name="step"),
]
