"""An error that a person reports is found in the log by a code, not by who he is."""

import io
import json
import logging
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from cms.requestid import HEADER, RequestIdMiddleware, server_error
from tests.foundation.test_logs import lines

__all__ = ["lines"]


def test_every_answer_has_an_id_of_its_own_and_believes_no_other(client: Client, db: None) -> None:
    answers = [client.get("/api/about", headers={HEADER: "mine"}) for _time in range(2)]

    ids = {answer.headers[HEADER] for answer in answers}
    assert len(ids) == 2
    assert "mine" not in ids


def test_the_page_of_an_error_and_the_log_line_name_the_same_id(lines: io.StringIO) -> None:
    def failing(request: HttpRequest) -> HttpResponse:
        logging.getLogger("tests.logs").error("Internal error")
        return server_error(request)

    response = RequestIdMiddleware(failing)(RequestFactory().get("/"))

    reference = response.headers[HEADER]
    assert json.loads(lines.getvalue())["request_id"] == reference
    assert response.content.decode().count(reference) == 2
    assert response.status_code == 500


@pytest.fixture
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    for name in ("images/seal.png", "documents/guide.pdf", "secret-key"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    return tmp_path


def test_images_have_an_address_and_nothing_else_in_their_folder_has(client: Client, media: Path, db: None) -> None:
    assert client.get("/media/images/seal.png").status_code == 200
    for path in ("documents/guide.pdf", "secret-key", "images/../secret-key", "images/%2e%2e/secret-key", "images/"):
        assert client.get(f"/media/{path}").status_code == 404, path
