"""An answer's HTML becomes lines for paper, with the direction of each piece."""

import pytest

from service_requests.documents.lines import Line, Run, lines_of


def test_no_answer_is_no_line():
    assert lines_of("") == []


def test_a_number_keeps_its_direction_beside_words():
    assert lines_of('هاتف: <bdi dir="ltr">+966 50 123</bdi>') == [
        Line([Run("هاتف: "), Run("+966 50 123", "ltr")]),
    ]


def test_a_name_takes_the_direction_of_its_letters():
    assert lines_of("<bdi>Ahmad</bdi>") == [Line([Run("Ahmad", "auto")])]


@pytest.mark.parametrize(
    ("html", "directions"),
    [
        ("لم تصدر الشهادة.", ["rtl"]),
        ("Not issued.", ["ltr"]),
        ("<bdi>أحمد</bdi> (<bdi>Ahmad</bdi>)", ["rtl", "", "ltr", ""]),
        ("501", [""]),
    ],
)
def test_what_was_typed_reads_the_way_of_its_own_letters(html: str, directions: list[str]):
    """So a full stop ends the sentence in a document of the other language too."""
    (line,) = lines_of(html)

    assert [run["direction"] for run in line.as_values()["runs"]] == directions


def test_paragraphs_and_breaks_begin_lines():
    lines = lines_of("<p>one<br>two</p>\n\n<p>three</p>")

    assert ["".join(run.text for run in line.runs) for line in lines] == ["one", "two", "three"]


def test_entries_of_a_list_are_numbered():
    lines = lines_of("<ol><li><span>a</span><br><span>b</span></li><li>c</li></ol>")

    assert [(line.number, line.runs[0].text) for line in lines] == [(1, "a"), (0, "b"), (2, "c")]


def test_markup_that_a_person_typed_is_text():
    assert lines_of("&lt;b&gt; #let x = 1 $ &amp;") == [Line([Run("<b> #let x = 1 $ &")])]


@pytest.mark.parametrize("length", [41, 400])
def test_a_word_longer_than_a_line_may_break(length: int):
    (line,) = lines_of("a" * length)

    pieces = line.runs[0].text.split("\u200b")
    assert "".join(pieces) == "a" * length
    assert max(map(len, pieces)) <= 40
