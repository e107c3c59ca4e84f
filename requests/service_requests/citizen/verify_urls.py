"""/{language}/verify/…: open to everybody who holds a document in his hands."""

from django.urls import path

from service_requests.citizen import verifying

app_name = "verify"

urlpatterns = [
    path("", verifying.ask, name="ask"),
    path("<str:code>/", verifying.document, name="document"),
]
