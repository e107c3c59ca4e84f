"""A service of a test's own: a copy of the demo's, so that publishing it anew disturbs no other journey."""

import uuid
from dataclasses import dataclass

from tests.journeys.applying import SERVICE
from tests.journeys.portal import Portal

NEW_QUESTION = {"key": "plate", "ar": "رقم لوحة السيارة", "en": "Plate number of the car"}

_COPY = f"""
from services_catalog.models import ServicePage
page = ServicePage.objects.get(slug="{SERVICE}", locale__language_code="ar")
copy = page.copy(update_attrs={{"slug": "%(slug)s", "title": "%(title)s"}})
print(copy.pk)
"""
# What the editor's button does, without the editor: another journey presses the button.
_ADD = """
import uuid
from services_catalog.models import ServicePage
page = ServicePage.objects.get(pk=%(pk)s)
steps = page.form_steps.get_prep_value()
fields = steps[0]["value"]["fields"]
question = next(field for field in fields if field["type"] == "short_text" or field["type"] == "email")
more = {**question, "type": "short_text", "id": str(uuid.uuid4()), "value": {**question["value"]}}
more["value"].update(key="%(key)s", label={"ar": "%(ar)s", "en": "%(en)s"})
fields.append(more)
for step in steps:
    step["value"]["fields"] = [field for field in step["value"]["fields"] if field["value"].get("key") != "%(without)s"]
page.form_steps = steps
page.save_revision().publish()
print(page.form_version.number)
"""


_CHECK = """
import uuid
from services_catalog.models import ServicePage
page = ServicePage.objects.get(pk=%(pk)s)
steps = page.form_steps.get_prep_value()
value = {"always": True, "show_if": {"match": "all", "rules": []}}
steps[0]["value"]["fields"].append({"type": "captcha", "id": str(uuid.uuid4()), "value": value})
page.form_steps = steps
page.save_revision().publish()
print(page.form_version.number)
"""


@dataclass(frozen=True)
class OwnService:
    """`pk` is its page in Arabic."""

    portal: Portal
    slug: str
    pk: int

    @classmethod
    def copied(cls, portal: Portal) -> "OwnService":
        slug = f"service-{uuid.uuid4().hex[:8]}"
        printed = portal.shell(_COPY % {"slug": slug, "title": f"خدمة {slug}"})
        return cls(portal, slug, int(printed.split()[-1]))

    def publish_with_another_question(self, *, without: str = "") -> None:
        """The first step asks one question more, and `without` is asked no more."""
        number = self.portal.shell(_ADD % {"pk": self.pk, "without": without, **NEW_QUESTION}).split()[-1]
        assert int(number) == 2, "The form was published, but it is no new version."

    def publish_with_a_check(self) -> None:
        """The first step checks that no program fills it in, whoever is signed in."""
        number = self.portal.shell(_CHECK % {"pk": self.pk}).split()[-1]
        assert int(number) == 2, "The form was published, but it is no new version."
