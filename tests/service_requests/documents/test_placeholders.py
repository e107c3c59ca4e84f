"""Placeholders in templates of documents."""

from service_requests.documents.lines import Line, Run
from service_requests.documents.placeholders import filled, unknown_in


def test_a_space_inside_the_brackets_is_not_printed() -> None:
    assert filled("{ number } · { answer.subject }", {"number": [Line([Run("T-1")])]}) == [
        Line([Run("T-1"), Run(" · "), Run("—")])
    ]
    assert unknown_in(["{ number }", "{ answer.subject }", "{the number}"]) == ["the number"]
