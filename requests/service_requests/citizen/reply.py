"""The citizen's answer to the office: each document that was asked for with files and a word of its own, and a text.

Whatever was pressed, every file is stored the moment it arrives and every word about a document is kept, each on its
own: one that is refused takes nothing else with it. Until the answer is sent the files belong to the person alone,
under places that name what they are for. What comes from a page that can no longer be trusted is put aside like a step
of an application, and shown again to the same person.
"""

import uuid
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.arabic import storable
from home.accounts.models import User
from service_requests.casework.asking import (
    Brought,
    answer_text,
    open_documents,
    place_of,
    waiting_for,
    write_reply,
)
from service_requests.casework.models import AskedDocument
from service_requests.citizen import setting_aside
from service_requests.records.files import delete_file, keep_file
from service_requests.records.models import Attachment, ServiceRequest
from service_requests.wizard.models import Stash
from service_requests.wizard.posted import cut_off, uuid_of, whole_files
from service_requests.wizard.stashing import refused_in, with_refusals
from service_requests.wizard.tickets import Ticket
from services_catalog.processes.statuses import Status

KINDS = ("pdf", "jpg", "png")
MAX_BYTES = 5 * 1024 * 1024
MOST_FILES = 5
LONGEST = 5000
LONGEST_REPLY = 1000


class ReplyForm(forms.Form):
    """Only the text: files and documents are looked at before it."""

    text = forms.CharField(
        max_length=LONGEST,
        error_messages={
            "required": gettext_lazy("Write your answer"),
            "max_length": gettext_lazy("Shorten your answer to 5,000 characters"),
        },
    )

    def __init__(self, *args: Any, is_optional: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].required = not is_optional


@dataclass(frozen=True)
class DocumentPart:
    """One document of the page, with what was typed for it and what is wrong."""

    brought: Brought
    reply: str
    refusal: str = ""
    reply_error: str = ""

    @property
    def key(self) -> str:
        return str(self.brought.document.public_id)


class Answering:
    """One page of the answer, as far as the citizen has come with it."""

    def __init__(self, http: HttpRequest, person: User, request: ServiceRequest) -> None:
        self.http, self.person, self.request = http, person, request
        self.documents = open_documents(request)
        self.form = ReplyForm(is_optional=bool(self.documents))
        self.refusals: dict[str, str] = {}
        self.reply_errors: dict[str, str] = {}
        self.typed: dict[str, str] = {}

    @property
    def brought(self) -> list[Brought]:
        """As it stands now."""
        return waiting_for(self.documents, self.person)

    @property
    def files(self) -> list[Attachment]:
        """What was uploaded with the text and for no document in particular."""
        waiting = Attachment.objects.filter(owner=self.person, request=None, message=None)
        return list(waiting.filter(field_key=_place(self.request)).order_by("pk"))

    def take(self) -> None:
        """Keep everything that came, and let go of what he removed; nothing is judged but files and lengths."""
        if self.request.status != Status.WAITING_CITIZEN:
            return
        self._remove(set(self.http.POST.getlist("remove-file")))
        broken = cut_off(self.http)
        if broken:
            self.refusals[list(self.http.FILES)[-1]] = _(
                "%(name)s was cut off on its way: the connection broke. Choose it again"
            ) % {"name": broken}
        self._store(whole_files(self.http))
        for document in self.documents:
            self._note(document, storable(self.http.POST.get(f"reply-{document.public_id}", document.reply)))

    @property
    def is_sent(self) -> bool:
        """Whether the button was pressed that sends; the others only keep what is there."""
        return not {"keep", "remove-file"} & self.http.POST.keys()

    def judge(self) -> bool:
        """Whether it may be sent; otherwise the page says what is wrong, at its place."""
        self.form = ReplyForm(self.http.POST, is_optional=bool(self.documents))
        for one in self.brought:
            key = f"file-{one.document.public_id}"
            if not one.is_answered and key not in self.refusals and key not in self.reply_errors:
                self.refusals[key] = _("Upload “%(document)s”, or write why you cannot.") % {
                    "document": one.document.label
                }
        return self.form.is_valid() and not self.refusals and not self.reply_errors

    def show_typed(self) -> None:
        """The text stays on the page, and is not judged."""
        self.form = ReplyForm(initial={"text": self.http.POST.get("text", "")}, is_optional=bool(self.documents))

    def text(self) -> str:
        """What the answer says; call it when it was judged."""
        return answer_text(self.brought, self.form.cleaned_data.get("text", ""), self.request.language)

    def texts(self) -> list[str]:
        """Everything that was typed on the page, whatever became of the request meanwhile."""
        names = [name for name in self.http.POST if name == "text" or name.startswith("reply-")]
        typed = (storable(self.http.POST[name]).strip()[:LONGEST] for name in names)
        return [text for text in typed if text]

    def all_files(self) -> list[Attachment]:
        """Everything that goes with it."""
        return [*self.files, *(file for one in self.brought for file in one.files)]

    def parts(self) -> list[DocumentPart]:
        """The documents as the page shows them."""
        return [
            DocumentPart(
                one,
                self.typed.get(key, one.document.reply),
                self.refusals.get(f"file-{key}", ""),
                self.reply_errors.get(f"reply-{key}", ""),
            )
            for one in self.brought
            if (key := str(one.document.public_id))
        ]

    def errors(self) -> list[dict[str, str]]:
        """In the order of the page."""
        errors = []
        for document in self.documents:
            for name, told in (
                (f"file-{document.public_id}", self.refusals),
                (f"reply-{document.public_id}", self.reply_errors),
            ):
                if name in told:
                    errors.append({"target": name, "message": told[name]})
        if "file" in self.refusals:
            errors.append({"target": "reply-file", "message": self.refusals["file"]})
        if self.form.is_bound and self.form.errors.get("text"):
            errors.append({"target": "reply-text", "message": str(self.form.errors["text"][0])})
        return errors

    def context(self) -> dict[str, Any]:
        """What the page of the request shows of it."""
        return {
            "asked": True,
            "asked_parts": self.parts(),
            "form": self.form,
            "ticket": ticket_for(self.request, self.person),
            "errors": self.errors(),
            "refusal": self.refusals.get("file", ""),
            "waiting_files": self.files,
            "limits": {"kinds": [kind.upper() for kind in KINDS], "most": f"{MAX_BYTES // 1024**2} MB"},
        }

    def put_aside(self) -> Stash:
        """Keep what cannot be sent now: files and words about documents at their places, the text in a stash."""
        self.take()
        return self.keep_text()

    def keep_text(self) -> Stash:
        """What he writes to the office stays for when he comes back, on whichever device."""
        typed = {"text": [storable(self.http.POST.get("text", ""))]}
        typed |= with_refusals({name: [told] for name, told in self.refusals.items()})
        # Longer than what is kept beside the document: it waits to be shortened.
        typed |= {f"reply-{key}": [reply] for key, reply in self.typed.items()}
        return Stash.objects.create(
            person=self.person, service_id=self.request.service_id, step_key=_place(self.request), typed=typed
        )

    def restore(self, mark: str) -> None:
        """Show the text that was kept since it waits for him; with a mark, the one that was put aside under it."""
        if self.request.status != Status.WAITING_CITIZEN:
            return
        kept_texts = Stash.objects.filter(person=self.person, step_key=_place(self.request)).order_by("-pk")
        public_id = uuid_of(mark)
        wanted = {"public_id": public_id} if public_id else {"created_at__gte": self.request.stage_since}
        kept = kept_texts.filter(**wanted).first()
        if kept:
            self.form = ReplyForm(initial={"text": str(kept.typed["text"][0])}, is_optional=bool(self.documents))
            self.refusals = {name: " ".join(told) for name, told in refused_in(kept.typed).items()}
            for document in self.documents:
                for reply in kept.typed.get(f"reply-{document.public_id}", ()):
                    self._note(document, reply)

    def _remove(self, ids: set[str]) -> None:
        for file in self.all_files() if ids else ():
            if str(file.public_id) in ids:
                delete_file(file)

    def _store(self, arrived: "MultiValueDict[str, UploadedFile[Any]]") -> None:
        places = {"file": _place(self.request)}
        places |= {f"file-{document.public_id}": place_of(document) for document in self.documents}
        for name in (name for name in places if name in arrived):
            for uploaded in arrived.getlist(name):
                refusal = self._keep(uploaded, places[name])
                if refusal:
                    self.refusals[name] = " ".join(filter(None, (self.refusals.get(name), refusal)))

    def _keep(self, uploaded: "UploadedFile[Any]", place: str) -> str:
        """Store one file; why it was refused, or nothing."""
        there = Attachment.objects.filter(owner=self.person, field_key=place, request=None, message=None)
        if there.count() >= MOST_FILES:
            return _("%(name)s was not uploaded: remove another file first") % {"name": uploaded.name}
        try:
            keep_file(uploaded, place=place, kinds=KINDS, max_bytes=MAX_BYTES, by=self.person)
        except ValidationError as refusal:
            return " ".join(refusal.messages)
        return ""

    def _note(self, document: AskedDocument, reply: str) -> None:
        if len(reply) > LONGEST_REPLY:
            key = str(document.public_id)
            self.typed[key] = reply
            self.reply_errors[f"reply-{key}"] = _(
                "“%(document)s”: shorten what you wrote to 1,000 characters, or send it as a file."
            ) % {"document": document.label}
        else:
            write_reply(document, reply, by=self.person)


def _place(request: ServiceRequest) -> str:
    return f"reply.{request.public_id}"


def ticket_for(request: ServiceRequest, person: User) -> str:
    """Signed into the page: to whom the form was shown."""
    return Ticket(person=person.pk, service=request.service_id, version=request.form_version_id).signed()


def shown_to(http: HttpRequest, public_id: uuid.UUID) -> tuple[User, ServiceRequest] | None:
    """Whom the page was shown to that is sent now, and his request; None when somebody else sits there."""
    shown = setting_aside.shown_to(http, public_id)
    return shown if shown and shown[1].status == Status.WAITING_CITIZEN else None


def put_aside(http: HttpRequest, public_id: uuid.UUID) -> Stash | None:
    """Keep an answer that cannot be sent now; None when the page was shown to somebody else."""
    shown = shown_to(http, public_id)
    return Answering(http, *shown).put_aside() if shown else None


def clear_put_aside(request: ServiceRequest, person: User) -> None:
    """The answer is sent: what was kept for it is no longer needed."""
    Stash.objects.filter(person=person, step_key=_place(request)).delete()
