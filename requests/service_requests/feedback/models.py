"""Ratings and votes. A rating is of one request, a vote of nobody in particular."""

from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from service_requests.records.models import ServiceRequest
from services_catalog.models import ServicePage

LONGEST_COMMENT = 1000
LONGEST_WORDS = 500
MOST = 5


def _in_scale(name: str) -> models.Q:
    return models.Q(**{f"{name}__gte": 1, f"{name}__lte": MOST})


class Rating(models.Model):
    """What an applicant thinks of the service after the answer; once for a request.

    Only the stars are asked for: whoever leaves the rest of the survey out has rated all the same.
    """

    class Solved(models.TextChoices):
        YES = "yes", _("Yes")
        PARTLY = "partly", _("Partly")
        NO = "no", _("No")

    request = models.OneToOneField(ServiceRequest, on_delete=models.CASCADE, related_name="rating")
    service = models.ForeignKey(ServicePage, on_delete=models.PROTECT, db_index=False, related_name="+")
    stars = models.PositiveSmallIntegerField(_("stars"))
    solved = models.CharField(_("Was the matter solved?"), max_length=10, choices=Solved.choices, blank=True)
    ease = models.PositiveSmallIntegerField(_("How easy was it?"), null=True, blank=True)
    staff = models.PositiveSmallIntegerField(_("How did our staff treat you?"), null=True, blank=True)
    comment = models.TextField(_("comment"), blank=True, validators=[MaxLengthValidator(LONGEST_COMMENT)])
    rated_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        ordering = ["-rated_at", "-id"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=_in_scale("stars"), name="rating_has_one_to_five_stars"),
            models.CheckConstraint(
                condition=models.Q(ease=None) | _in_scale("ease"), name="rating_of_ease_is_one_to_five"
            ),
            models.CheckConstraint(
                condition=models.Q(staff=None) | _in_scale("staff"), name="rating_of_staff_is_one_to_five"
            ),
        ]
        indexes = [models.Index(fields=["service", "stars"], name="rating_of_a_service")]

    def __str__(self) -> str:
        return f"{self.request_id}: {self.stars}"


class PageVote(models.Model):
    """Whether a page helped a reader. Nothing is kept of who that was."""

    service = models.ForeignKey(ServicePage, on_delete=models.CASCADE, db_index=False, related_name="+")
    language = models.CharField(max_length=10)
    is_helpful = models.BooleanField(_("helpful"))
    words = models.TextField(_("what was missing"), blank=True, validators=[MaxLengthValidator(LONGEST_WORDS)])
    voted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("vote on a page")
        verbose_name_plural = _("votes on pages")
        ordering = ["-voted_at", "-id"]
        default_permissions = ()
        indexes = [models.Index(fields=["service", "is_helpful"], name="vote_on_a_page")]

    def __str__(self) -> str:
        return f"{self.service_id}: {self.is_helpful}"
