"""Logs outlive what people ask us to erase: no personal data goes there."""

import io
import json
import logging
import logging.config
from collections.abc import Iterator

import pytest
import structlog

from cms import logs

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
