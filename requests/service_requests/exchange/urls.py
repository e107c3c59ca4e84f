"""Addresses of the exchange, below the admin."""

from django.urls import path

from service_requests.exchange.views import ExportPage, PreviewPage, UploadPage

app_name = "exchange"
urlpatterns = [
    path("export/", ExportPage.as_view(), name="export"),
    path("import/", UploadPage.as_view(), name="import"),
    path("import/<uuid:run>/", PreviewPage.as_view(), name="preview"),
]
