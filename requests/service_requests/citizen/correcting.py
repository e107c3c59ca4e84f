"""The page on which a citizen corrects the questions that staff gave back to him, and no others.

Files are stored the moment they arrive, and wait under a place that names the request; what stood there before
stays in the history of the request. What comes from a page that can no longer be trusted is put aside and shown
again to the same person, as with an answer (citizen.reply).
"""

import uuid
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cms.arabic import storable
from forms_builder.fields.base import Context
from forms_builder.forms import StepForm
from forms_builder.questions import Question
from forms_builder.spec import StepSpec
from home.accounts.guests import at_the_keyboard
from home.accounts.known import confirmed_answers, known_answers
from home.accounts.models import User
from service_requests.casework.asking import answer_text, open_documents, waiting_for
from service_requests.casework.corrections import checked, open_correction, step_of
from service_requests.casework.models import Correction
from service_requests.citizen.reply import LONGEST, shown_to, ticket_for
from service_requests.citizen.setting_aside import ask_to_sign_in
from service_requests.records.files import delete_file, keep_file
from service_requests.records.models import Attachment, Message, ServiceRequest
from service_requests.records.scope import own_requests
from service_requests.records.services import service_names
from service_requests.wizard.models import Stash
from service_requests.wizard.posted import cut_off, typed_in, uuid_of, whole_files
from service_requests.wizard.showing import errors_of, file_url, hide_errors, show_refusals
from service_requests.wizard.stashing import refused_in, stash_for, with_refusals
from service_requests.wizard.uploads import Refusals, by_place, file_ids, store
from service_requests.wizard.visiting import context_for
from service_requests.workflow import actions
from service_requests.workflow.actions import NotPossible

TEXT = "text"


@never_cache
@require_http_methods(["GET", "POST"])
def correct(http: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show the questions; a POST stores the files that came, and sends when everything is right."""
    there = reverse("my_requests:detail", args=[public_id])
    person = at_the_keyboard(http)
    if person is None:
        kept = put_aside(http, public_id) if http.method == "POST" else None
        return ask_to_sign_in(http, kept, http.path)
    related = ("form_version", "department", "organisation", "acting_for")
    request = get_object_or_404(own_requests(person).select_related(*related), public_id=public_id)
    correction = open_correction(request)
    if correction is None:
        messages.info(http, _("There is nothing to correct in this request now."))
        return redirect(there)
    page = _Page(http, person, request, correction)
    if http.method == "GET" and page.lacks_documents:
        messages.warning(http, _("Bring the documents first. Then correct your answers, and send both together."))
        return redirect(there)
    if http.method == "GET":
        page.restore(http.GET.get("restore", ""))
    elif page.send():
        messages.success(http, _("We received your correction."))
        return redirect(there)
    return page.shown()


def put_aside(http: HttpRequest, public_id: uuid.UUID) -> Stash | None:
    """Keep a correction that cannot be sent now, files included; None when the page was shown to somebody else."""
    shown = shown_to(http, public_id)
    correction = open_correction(shown[1]) if shown else None
    if shown is None or correction is None:
        return None
    return _Page(http, *shown, correction).put_aside()


class _Page:
    """The questions of one correction, as far as the citizen has come with them."""

    def __init__(self, http: HttpRequest, person: User, request: ServiceRequest, correction: Correction) -> None:
        self.http, self.person, self.request, self.correction = http, person, request, correction
        self.step: StepSpec = step_of(request, correction)
        # The questions are about who applied, whichever delegate of his office corrects them.
        self.context: Context = replace(
            context_for(person, request.organisation.country, http, acting_for=request.acting_for),
            known=known_answers(request.applicant),
            confirmed=confirmed_answers(request.applicant),
        )
        self.held = self._waiting()
        self.refusals: Refusals = {}
        self.text = http.POST.get(TEXT, "")
        self.text_error = ""
        # They are sent with the correction: the request goes back to the office once.
        self.brought = waiting_for(open_documents(request), person)
        self.form = self._form(None)

    @property
    def lacks_documents(self) -> bool:
        """Whether something that was asked for beside the answers is not there yet."""
        return not all(one.is_answered for one in self.brought)

    def send(self) -> bool:
        """Whether the correction was taken; otherwise the page says what is wrong."""
        self._take_files()
        self.form = self._form(self.http.POST)
        text = storable(self.text).strip()
        if len(text) > LONGEST:
            self.text_error = _("Shorten your answer to 5,000 characters")
        wrong = self.form.errors or self.refusals or self.form.has_new_questions or self.text_error
        if wrong or self.http.POST.get("do") != "send":
            return False
        result = checked(self.request, self.step, self.form.answers(), self.context)
        for fault in result.faults:
            self.form.refuse(fault.field, ValidationError(fault.message))
        if result.faults:
            return False
        named = set(file_ids(result.answers))
        if self.lacks_documents:
            messages.warning(self.http, _("A document that was asked for is missing. Go back to the request."))
            return False
        files = [file for file in self.held if str(file.public_id) in named]
        files += [file for one in self.brought for file in one.files]
        text = answer_text(self.brought, text, self.request.language)
        try:
            actions.correct(
                self.request, self.correction, by=self.person, answers=result.answers, text=text, files=files
            )
        except NotPossible as refusal:
            messages.warning(self.http, str(refusal))
            # What is not there any more is not shown as if it were.
            self.held = self._waiting()
            self.form = self._form(self.http.POST)
            return False
        Stash.objects.filter(person=self.person, step_key=self._place).delete()
        return True

    def put_aside(self) -> Stash:
        self._take_files()
        typed = {**typed_in(self.step, self.http.POST), TEXT: [storable(self.text)], **with_refusals(self.refusals)}
        return Stash.objects.create(
            person=self.person, service_id=self.request.service_id, step_key=self._place, typed=typed
        )

    def restore(self, mark: str) -> None:
        """Show what was put aside under this mark, if it is his and of this request; nothing is judged yet."""
        kept = stash_for(self.person, self.request.service_id, self._place, uuid_of(mark))
        if kept:
            self.text = kept.typed[TEXT][0]
            self.form = self._form(MultiValueDict(kept.typed))
            hide_errors(self.form)
            self.refusals = refused_in(kept.typed)

    def shown(self) -> HttpResponse:
        show_refusals([self.form], self.refusals)
        questions = Message.objects.filter(request=self.request, kind=Message.Kind.QUESTION)
        context = {
            "case": self.request,
            "service": service_names([self.request.service_id]).get(self.request.service_id, ""),
            "question": questions.order_by("-written_at", "-id").first(),
            "form": self.form,
            "text": self.text,
            "text_error": self.text_error,
            "ticket": ticket_for(self.request, self.person),
            "errors": [
                *errors_of(self.form, []),
                *([{"target": "correction-text", "message": self.text_error}] if self.text_error else []),
            ],
        }
        return render(self.http, "pages/requests/correct.html", context)

    def _form(self, data: Any) -> StepForm:
        # A file that is asked for again is uploaded again: the earlier one was not right.
        stored = {key: value for key, value in self.request.answers.items() if key not in self._file_keys()}
        return StepForm(
            self.step,
            answers=stored,
            context=self.context,
            data=data,
            files=by_place(self.held),
            file_url=file_url,
        )

    def _file_keys(self) -> set[str]:
        return {spec.key for spec in self.step.fields if spec.type == "files"}

    def _take_files(self) -> None:
        stored, self.refusals = store(self.step, whole_files(self.http), self.held, by=self.person, keep=self._keep)
        broken = cut_off(self.http)
        if broken:
            told = _("%(name)s was cut off on its way: the connection broke. Choose it again") % {"name": broken}
            self.refusals.setdefault(list(self.http.FILES)[-1], []).append(told)
        gone = set(self.http.POST.getlist("remove-file"))
        single = {file.field_key for file in stored if not self._takes_several(file.field_key)}
        for file in list(self.held):
            if str(file.public_id) in gone or file.field_key in single:
                delete_file(Attachment.objects.get(pk=file.pk))
        self.held = self._waiting()

    def _takes_several(self, key: str) -> bool:
        part = next((part for part in self.form.parts if part.key == key), None)
        return isinstance(part, Question) and part.max_files > 1

    def _keep(self, uploaded: "UploadedFile[Any]", *, place: str, kinds: Any, max_bytes: int, by: User) -> Attachment:
        kept = keep_file(uploaded, place=f"{self._prefix}{place}", kinds=kinds, max_bytes=max_bytes, by=by)
        return self._named([kept])[0]

    @property
    def _place(self) -> str:
        return f"correct.{self.request.public_id}"

    @property
    def _prefix(self) -> str:
        return f"{self._place}."

    def _waiting(self) -> list[Attachment]:
        """Files that were uploaded for this correction and not sent yet."""
        waiting = Attachment.objects.filter(owner=self.person, request=None, message=None)
        return self._named(waiting.filter(field_key__startswith=self._prefix))

    def _named(self, files: Iterable[Attachment]) -> list[Attachment]:
        """By the question they are for, as the form knows it."""
        named = list(files)
        for file in named:
            file.field_key = file.field_key.removeprefix(self._prefix)
        return named
