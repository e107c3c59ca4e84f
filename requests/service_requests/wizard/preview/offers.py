"""What an editor previews: a service with the form of its latest revision, published or not."""

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from django.http import Http404
from django.urls import reverse

from forms_builder.models import FormVersion
from forms_builder.publishing import digest_of
from forms_builder.review import faults_of_parts
from home.accounts.models import User
from service_requests.wizard.offers import Offer, SlugOfItsOwn
from services_catalog.cards import preview_slug
from services_catalog.going_live import faults_of_page, form_of
from services_catalog.models import ServicePage
from services_catalog.paths import may_see_paths


class PreviewSlug(SlugOfItsOwn):
    """`preview/` and the key of its page."""

    regex = "preview/[0-9]{1,9}"


@dataclass(frozen=True)
class PreviewOffer(Offer):
    """A service as it would be published now.

    Attributes:
        service: the page in the source language, as its latest revision has it. Never saved.
        faults: what keeps its form from being walked through.
    """

    faults: tuple[str, ...]
    version: FormVersion
    keeps_files: ClassVar[bool] = False

    @property
    def slug(self) -> str:
        return preview_slug(self.service.pk)

    @property
    def drafts_url(self) -> str:
        return reverse("apply:review", args=[self.slug])

    @cached_property
    def live(self) -> FormVersion | None:
        return self.version


def may_preview(page: ServicePage, user: User) -> bool:
    """Whoever may edit the page, and the one that carries the form."""
    return may_see_paths(page, user)


def preview_of(person: User, slug: str, language: str) -> PreviewOffer:
    """The preview that an address names.

    Raises:
        Http404: when there is no such page, or this person may not edit it.
    """
    page = ServicePage.objects.filter(pk=int(slug.rpartition("/")[2])).first()
    if page is None or not may_preview(page, person):
        raise Http404
    source: ServicePage = page.source.get_latest_revision_as_object()
    spec = form_of(source)
    broken = (fault for fault in faults_of_parts(spec) if fault.level == "error" and not fault.is_translation)
    faults = [*faults_of_page(source), *broken]
    version = FormVersion(number=0, spec=spec.model_dump(mode="json"), digest=digest_of(spec))
    return PreviewOffer(source, _title(source, language), tuple(dict.fromkeys(f.message for f in faults)), version)


def _title(source: ServicePage, language: str) -> str:
    translated = source.get_translations().filter(locale__language_code=language).first()
    return str((translated.get_latest_revision_as_object() if translated else source).title)
