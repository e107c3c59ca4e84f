"""Arabic text: folded for search, cleaned as it is typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.arabic import clean, compact, digits, fold


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("إبراهيم", "ابراهيم"),
        ("مسؤول", "مسئول"),
        ("لِمُتَابَعَةِ", "لمتابعه"),
        ("مـــوعـــد", "موعد"),
        ("منى", "مني"),
        ("\u200fطلب\u202c", "طلب"),
        ("NJR-١٤٤٨", "njr-1448"),
        ("ﻃﻠﺐ", "طلب"),
        ("آمال  أحمد", "امال احمد"),
    ],
)
def test_spellings_of_one_word_meet(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_words_that_differ_stay_apart() -> None:
    assert fold("عقد") != fold("عقود")


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_cleaned_text_can_be_stored_and_is_clean(text: str) -> None:
    cleaned = clean(text)

    assert cleaned.encode().decode() == cleaned
    assert "\x00" not in cleaned
    assert clean(cleaned) == cleaned
    assert clean(clean(text, multiline=True), multiline=True) == clean(text, multiline=True)


def test_halves_of_pairs_and_nul_are_dropped() -> None:
    assert clean("a\ud800\x00b") == "ab"
    assert fold("a\udfff") == "a"


@pytest.mark.parametrize("text", ["١٢٣٫٥", "۱۲۳.۵", "123.5", "１２３．5".replace("．", ".")])
def test_digits_of_any_script_are_read(text: str) -> None:
    assert digits(text) == "123.5"


def test_a_number_is_what_is_left_without_separators() -> None:
    assert compact("\u200e١٠٠ ٠٠-٠٠/٠٠٨") == "1000000008"
