"""/{language}/apply/<service>/…"""

from django.urls import path

from service_requests.wizard import views

app_name = "apply"

urlpatterns = [
    path("<slug:slug>/", views.start, name="start"),
    path("<slug:slug>/review/", views.review, name="review"),
    path("<slug:slug>/submit/", views.submit_draft, name="submit"),
    path("<slug:slug>/steps/<slug:step>/", views.StepView.as_view(url_name="apply:step"), name="step"),
]
