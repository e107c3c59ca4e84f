"""Peers: what a team would use if it took Wagtail's own parts."""

from typing import Any

from django.db import models
from modelcluster.fields import ParentalKey
from wagtail.contrib.forms.models import AbstractForm, AbstractFormField

from service_requests.records.models import ServiceRequest


class StockFormField(AbstractFormField):
    page = ParentalKey("StockFormPage", on_delete=models.CASCADE, related_name="form_fields")


class StockFormPage(AbstractForm):
    """Wagtail's form page, as its documentation has it."""

    template = "benchmarks/form_page.html"
    landing_page_template = "benchmarks/form_page_landing.html"
    parent_page_types: list[Any] = ["front.HomePage"]


class StockRequest(ServiceRequest):
    """The same rows, for a stock listing."""

    class Meta:
        proxy = True
        verbose_name = "stock request"


class BareRow(models.Model):
    """The least that keeps an answer: one row."""

    answers = models.JSONField()
    submitted_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.pk)
