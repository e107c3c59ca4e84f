"""Logs outlive what people ask us to erase: no personal data goes there."""

import io
import json
import logging
import logging.config
import uuid
from collections.abc import Iterator

import pytest
import structlog
from allauth.account.forms import default_token_generator
from django.urls import reverse

from cms import logs
from home.accounts import email_proof
from home.accounts.models import User
from service_requests.wizard.links import link_of
from service_requests.wizard.models import Draft

CANARY = "1012345678"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What production would write."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    production = logs.settings(as_json=True)
    formatter = production["formatters"]["line"]
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=formatter["foreign_pre_chain"], processors=formatter["processors"]
        )
    )
    logger = logging.getLogger("tests.logs")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield written
    logger.removeHandler(handler)
    logs.settings(as_json=False)


def test_a_line_is_one_json_object(lines: io.StringIO) -> None:
    logging.getLogger("tests.logs").info("Taken %s", "on")

    line = json.loads(lines.getvalue())
    assert (line["event"], line["level"], line["logger"]) == ("Taken on", "info", "tests.logs")


def test_an_exception_leaves_its_class_and_place_but_not_its_words(lines: io.StringIO) -> None:
    try:
        try:
            raise KeyError(CANARY)
        except KeyError as error:
            raise ValueError(f"Key (identity_number)=({CANARY}) already exists.") from error
    except ValueError:
        logging.getLogger("tests.logs").exception("Internal error")

    line = json.loads(lines.getvalue())
    assert CANARY not in lines.getvalue()
    assert [link["type"] for link in line["exception"]] == ["ValueError", "KeyError"]
    assert "test_logs.py" in line["exception"][0]["places"][0]


def test_an_address_that_was_refused_gives_away_no_key_that_stands_in_it(lines: io.StringIO) -> None:
    person = User(pk=7, email="noura@example.com")
    keys = {
        "email": reverse("account_email_confirm", args=["7", email_proof._keys.make_token(person)]),
        "password": f"/ar/account/password/reset/key/7-{default_token_generator.make_token(person)}/",
        "draft": link_of(Draft(public_id=uuid.uuid4())),
    }
    for address in keys.values():
        logging.getLogger("tests.logs").warning("%s (%s): %s", "Method Not Allowed", "PUT", address)

    said = [json.loads(line)["event"] for line in lines.getvalue().splitlines()]
    assert [line.rpartition("/account/")[2].rpartition("/apply/")[2] for line in said] == [
        "email/7/…/",
        "password/reset/key/7-…/",
        "link/…/",
    ]


@pytest.mark.parametrize(
    "address",
    ["/ar/requests/0b0e7d5e-1c1f-4c4e-9a43-0a5d9c7c6a01/", "/ar/services/najran-follow-up-of-a-transaction/steps/a/"],
)
def test_other_addresses_are_told_whole(lines: io.StringIO, address: str) -> None:
    logging.getLogger("tests.logs").warning("Not Found: %s", address)

    assert json.loads(lines.getvalue())["event"] == f"Not Found: {address}"
