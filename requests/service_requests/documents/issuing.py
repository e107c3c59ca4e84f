"""Documents are issued and revoked here, and nowhere else. `workflow.actions.choose` issues, the desk revokes."""

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from cms.languages import Texts
from service_requests.documents.codes import new_code
from service_requests.documents.models import DocumentTemplate, IssuedDocument
from service_requests.documents.paper import Facts, Pictures, keys_of, paper_pdf, valid_until, values_of
from service_requests.documents.placeholders import answers_in
from service_requests.history.reasons import REVOKED, written
from service_requests.history.writing import record_changes
from service_requests.records.models import ServiceRequest
from service_requests.records.scope import concerns, not_concerning, visible_to
from services_catalog.duties import charges_of
from services_catalog.organisations.numbers import take_number

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from home.accounts.models import User
    from services_catalog.organisations.models import Organisation

DOCUMENTS = "documents"
REVOKE = "service_requests.revoke_issueddocument"


class NotIssued(Exception):
    """A document that cannot be issued or revoked; its text says why, in the reader's language."""


def template_for(case: ServiceRequest, key: str) -> DocumentTemplate | None:
    """The template of this key of the body whose request it is."""
    rows = DocumentTemplate.objects.select_related("organisation__emblem", "signer", "stamp")
    return rows.filter(organisation=case.organisation_id, key=key).first()


def obstacle(case: ServiceRequest, key: str, *, by: "User") -> str:
    """Why this person cannot issue this document for this request; empty when he can."""
    template = template_for(case, key)
    if template is None:
        return _("There is no template “%(key)s” to issue a document from. Tell whoever keeps the templates.") % {
            "key": key
        }
    if not signs(template, case, by):
        return _("The document is signed by: %(role)s. You hold no such post in its department.") % {
            "role": str(template.signer)
        }
    unknown = [key for key in answers_in(template.texts) if key not in keys_of(case.form_version.value, case.language)]
    if unknown:
        return _(
            "The template “%(template)s” prints answers that this form does not ask for: %(keys)s. "
            "Tell whoever keeps the templates."
        ) % {"template": template, "keys": " ".join(unknown)}
    return ""


def signs(template: DocumentTemplate, case: ServiceRequest, person: "User") -> bool:
    """Whether he holds the post that signs, there and for this service, himself or as a substitute."""
    if template.signer is None or person.is_superuser:
        return True
    return any(
        charge.role == template.signer.key and charge.covers(case.department_id, case.service_id)
        for charge in charges_of(person)
    )


def issue(case: ServiceRequest, key: str, *, by: "User") -> IssuedDocument:
    """Number it, draw it, keep it. Call it last in the transaction of the move: the counter stays locked until its end.

    Raises:
        NotIssued: when this person cannot issue it, or there is nothing to issue it from.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("A document is issued in the transaction of the move.")
    why = obstacle(case, key, by=by)
    template = template_for(case, key)
    if why or template is None:
        raise NotIssued(why)
    moment, code = timezone.now(), new_code()
    pictures = Pictures.of(template)
    number = take_number(case.organisation, moment, DOCUMENTS)
    facts = facts_of(template, case, by=by, number=_as_printed(case, number.year, number.serial), code=code)
    values = values_of(template, case, facts)
    content = paper_pdf(values, pictures)
    paper = IssuedDocument(
        request=case,
        template=template,
        organisation=case.organisation,
        year=number.year,
        serial=number.serial,
        number=facts.number,
        code=code,
        kind=dict(template.title),
        holder=case.applicant_name,
        issued_at=moment,
        issued_by=by,
        signer_name=facts.signer,
        signer_post=dict(facts.post),
        valid_until=facts.valid_until,
        values=values,
        sha256=hashlib.sha256(content).hexdigest(),
    )
    paper._history_user = by  # type: ignore[attr-defined]  # read by simple-history
    paper.file.save("paper.pdf", ContentFile(content), save=False)
    try:
        paper.save()
    except BaseException:
        paper.file.storage.delete(str(paper.file.name))
        raise
    _replace_earlier(paper)
    return paper


def _replace_earlier(paper: IssuedDocument) -> None:
    """Of two documents of one kind on one request only the later is valid. The notice of the decision tells of it."""
    earlier = IssuedDocument.objects.filter(request=paper.request_id, template=paper.template_id, revoked_at=None)
    with translation.override(paper.request.language):
        reason = _("Replaced by %(number)s.") % {"number": paper.number}
    for replaced in earlier.exclude(pk=paper.pk):
        _take_back(replaced, by=paper.issued_by, reason=reason, at=paper.issued_at)


def facts_of(
    template: DocumentTemplate, case: ServiceRequest, *, by: "User", number: str = "", code: str = ""
) -> Facts:
    """What is printed when this person issues it now; without a number it is a specimen."""
    today = timezone.now().astimezone(case.organisation.zone).date()
    return Facts(
        issued_on=today,
        valid_until=valid_until(template, today),
        signer=by.get_full_name(),
        post=_post(template, case),
        number=number,
        code=code,
    )


def _post(template: DocumentTemplate, case: ServiceRequest) -> Texts:
    """The role that signs; without one the department."""
    return dict(template.signer.name) if template.signer else dict(case.department.name)


def _as_printed(case: ServiceRequest, year: int, serial: int) -> str:
    # With a letter, so that nobody takes it for the number of a request.
    return f"{case.organisation.number_prefix}-{year}-D{serial:06d}"


def may_revoke(case: ServiceRequest, person: "User") -> bool:
    """Whether his groups let him; that he can see the request is known by then."""
    return not concerns(person, case) and person.has_perm(REVOKE)


@transaction.atomic
def revoke(paper: IssuedDocument, *, by: "User", reason: str) -> None:
    """Take a document back: who verifies it reads from now on that it is not valid. The caller tells the applicant.

    Raises:
        NotIssued: without a reason, or when somebody was first.
        PermissionDenied: when the person's groups do not allow it, or it is his own.
    """
    if not by.has_perm(REVOKE) or not visible_to(by).filter(not_concerning(by)).filter(pk=paper.request_id).exists():
        raise PermissionDenied
    reason = reason.strip()
    if not reason:
        raise NotIssued(_("Write why it is revoked."))
    now = timezone.now()
    if not _take_back(paper, by=by, reason=reason, at=now):
        raise NotIssued(_("This document was revoked already."))
    record_changes([paper.request_id], by=by, reason=written(f"{paper.number}. {reason}", source=REVOKED), at=now)


def _take_back(paper: IssuedDocument, *, by: "User", reason: str, at: datetime) -> bool:
    """Exactly one of two who press at once finds it valid; whether it was this one."""
    valid = IssuedDocument.objects.filter(pk=paper.pk, revoked_at=None)
    if not valid.update(revoked_at=at, revoked_by=by, revoked_reason=reason):
        return False
    paper.refresh_from_db()
    paper._history_user = by  # type: ignore[attr-defined]  # read by simple-history
    paper._history_date = at  # type: ignore[attr-defined]  # read by simple-history
    paper.save()
    return True


def signers_of(organisation: int | None) -> dict[str, str]:
    """Key → the role that signs, of the templates an outcome may name (services_catalog.processes.papers)."""
    rows = (
        DocumentTemplate.objects.filter(organisation=organisation) if organisation else DocumentTemplate.objects.all()
    )
    return {key: role or "" for key, role in rows.values_list("key", "signer__key")}


def template_choices(organisations: "QuerySet[Organisation]") -> dict[int, list[list[str]]]:
    """Key and name of the templates of these organisations, for the editor of a workflow."""
    found: dict[int, list[list[str]]] = {}
    for template in DocumentTemplate.objects.filter(organisation__in=organisations):
        found.setdefault(template.organisation_id, []).append([template.key, str(template)])
    return found
