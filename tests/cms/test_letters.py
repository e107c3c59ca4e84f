"""Letters by a real mail server that takes them, fails, refuses, hangs, drips, drops the line or is away."""

from dataclasses import replace
from time import monotonic

import pytest

from cms.gateways import GatewayAway, GatewayRefused, MessageRefused
from cms.letters import Letter, send_letter
from tests.outside import MailServer

LETTER = Letter("ref-1", "noura@example.com", "طلبك 67", "وصل طلبك.", "ar")


def test_a_letter_arrives_as_it_is_under_its_name(mail_server: MailServer) -> None:
    send_letter(LETTER)

    taken = mail_server.taken[0]
    assert (taken["To"], taken["Subject"]) == (LETTER.recipient, LETTER.subject)
    assert taken.get_content().strip() == LETTER.text
    assert taken["Message-ID"].startswith("<ref-1@")


@pytest.mark.parametrize("broken", ["وصل\nBcc: thief@example.com", "وصل\r\nBcc: thief@example.com\r\n\r\nx"])
def test_a_subject_of_several_lines_is_one_line_and_no_header(mail_server: MailServer, broken: str) -> None:
    send_letter(replace(LETTER, subject=broken))

    taken = mail_server.taken[0]
    assert taken["Subject"].startswith("وصل Bcc: thief@example.com")
    assert (taken["Bcc"], taken["To"]) == (None, LETTER.recipient)
    assert taken.get_content().strip() == LETTER.text


@pytest.mark.parametrize(
    ("mode", "refusal", "reason"),
    [
        ("failing", GatewayRefused, "not_accepted"),
        ("refusing", MessageRefused, "no_such_address"),
        ("hanging", GatewayAway, "no_answer"),
        ("dripping", GatewayAway, "no_answer"),
        ("dripping_late", GatewayAway, "no_answer"),
        ("dropping", GatewayAway, "unreachable"),
    ],
)
def test_each_way_not_to_take_a_letter_is_told_apart_within_the_time_there_is(
    mail_server: MailServer, mode: str, refusal: type[GatewayRefused], reason: str
) -> None:
    mail_server.mode = mode
    begun = monotonic()

    with pytest.raises(GatewayRefused) as refused:
        send_letter(LETTER)

    assert monotonic() - begun < 3
    assert (type(refused.value), refused.value.reason) == (refusal, reason)
    assert LETTER.recipient not in str(refused.value)


def test_a_server_that_is_switched_off_is_away(mail_server: MailServer) -> None:
    mail_server.shutdown()
    mail_server.server_close()

    with pytest.raises(GatewayAway, match="unreachable"):
        send_letter(LETTER)
