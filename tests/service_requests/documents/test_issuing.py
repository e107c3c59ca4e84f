"""An outcome that issues a document: one paper, numbered, frozen, with the move or not at all."""

import pytest

from service_requests.documents.models import IssuedDocument
from service_requests.workflow.actions import choose
from tests.service_requests.documents.offices import office

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def test_the_approval_issues_a_numbered_document() -> None:
    here = office()

    choose(here.case, "grant", by=here.clerk)

    paper = IssuedDocument.objects.get()
    assert paper.request == here.case
    assert paper.number == f"{here.organisation.number_prefix}-{paper.year}-D000001"
    assert paper.holder == "أحمد محمد سالم اليامي"
    open("/tmp/w/data-papers/one.pdf", "wb").write(paper.file.read())
