"""Keep what was typed when it cannot be saved: the session has ended, or the page is too old to be trusted.

A page of the wizard is signed for the person it was shown to. What comes back on such a page is put
aside for that person, files included, and shown to him again on the same step once he is signed in.
"""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _

from cms.languages import in_language
from forms_builder.models import FormVersion
from forms_builder.spec import StepSpec
from home.accounts.guests import at_the_keyboard
from home.accounts.models import User
from service_requests.records.models import Attachment
from service_requests.wizard.models import Stash
from service_requests.wizard.posted import cut_off, is_filled, typed_in, whole_files
from service_requests.wizard.tickets import Ticket
from service_requests.wizard.uploads import Refusals, store

# Before the place of a file, in what is kept: no name of an input begins with it.
_REFUSED = "!"


def with_refusals(refusals: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """Why files were not taken, by the place they were sent to, as it is kept beside what was typed.

    Nobody could be told when they came; without this they would only be missing later.
    """
    return {f"{_REFUSED}{place}": list(told) for place, told in refusals.items()}


def refused_in(typed: Mapping[str, list[str]]) -> Refusals:
    """The same, read out of what was kept."""
    return {name.removeprefix(_REFUSED): list(told) for name, told in typed.items() if name.startswith(_REFUSED)}


def put_aside(http: HttpRequest, step_key: str) -> Stash | None:
    """Stash a step that was posted; None when the page is not one of ours, or was another person's."""
    ticket = Ticket.read(http.POST.get("ticket", ""))
    now = at_the_keyboard(http)
    if ticket is None or (now is not None and now.pk != ticket.person):
        return None
    person = shown_to(ticket)
    step = step_shown(ticket, step_key)
    if step is None or person is None:
        return None
    stored, refusals = store(step, whole_files(http), [], by=person)
    broken = cut_off(http)
    if broken:
        told = _("%(name)s was cut off on its way: the connection broke. Choose it again") % {"name": broken}
        refusals.setdefault(list(http.FILES)[-1], []).append(told)
    return Stash.objects.create(
        person=person,
        service_id=ticket.service,
        step_key=step_key,
        typed=typed_in(step, http.POST) | with_refusals(refusals),
        files=[str(file.public_id) for file in stored],
    )


def shown_to(ticket: Ticket) -> User | None:
    """Whom a page was shown to, if he may still come back to it."""
    return User.objects.filter(Q(is_active=True) | Q(is_guest=True), pk=ticket.person).first()


def step_shown(ticket: Ticket | None, step_key: str) -> StepSpec | None:
    """The step as the page with this ticket showed it."""
    version = FormVersion.objects.filter(pk=ticket.version).first() if ticket else None
    return version.value.step(step_key) if version else None


def texts_left_over(stash: Stash, shown: StepSpec, now: StepSpec | None) -> list[tuple[str, str]]:
    """What was typed on that page for questions that this step does not have: what they are called, and the text."""
    lines = []
    for field in shown.fields:
        typed = {name: texts for name, texts in stash.typed.items() if name.partition(".")[0] == field.key}
        if is_filled(typed) and (now is None or now.field(field.key) is None):
            texts = (text for texts in typed.values() for text in texts)
            lines.append((in_language(field.label), "\n".join(text for text in texts if text.strip())))
    return lines


def stash_for(person: User, service: Any, step_key: str, public_id: uuid.UUID | None) -> Stash | None:
    """The person's own stash for this step."""
    if public_id is None:
        return None
    return Stash.objects.filter(public_id=public_id, person=person, service=service, step_key=step_key).first()


def files_of(stash: Stash) -> list[Attachment]:
    """Its files, as far as they belong to nothing yet."""
    return list(
        Attachment.objects.filter(
            public_id__in=stash.files, owner_id=stash.person_id, request=None, message=None, draft_upload=None
        )
    )
