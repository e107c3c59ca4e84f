"""How many sums in words may be answered in place of the check against programs: from one network, and in all.

A program could answer them all. So few are taken that it gets no further with them than with the check itself, for each
purpose by itself: whoever uses up the one leaves the other (ANSWER_BUDGETS; docs/decisions/0023).
"""

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from home.accounts.budgets import Spent, Whose, limits_of, network_of, take
from home.accounts.codes import how_long

INQUIRY, APPLYING = "inquiry", "apply"


class NoAnswerTaken(Exception):
    """There is nothing left; `words` say so to the reader, and what else he can do."""

    def __init__(self, words: str) -> None:
        self.words = words
        super().__init__(words)


def spend_answer(http: HttpRequest, what_for: str) -> None:
    """Take one answer from what there is for this purpose.

    Raises:
        NoAnswerTaken: this network, or all together, have given as many as may be.
    """
    names = {Whose.NETWORK: f"answer|{what_for}|{network_of(http)}", Whose.ALL: f"answer|{what_for}"}
    try:
        with transaction.atomic():
            for whose, name in names.items():
                for limit in limits_of(whose, name, settings.ANSWER_BUDGETS[whose]):
                    take(limit)
    except Spent as spent:
        raise NoAnswerTaken(_words(spent)) from spent


def _words(spent: Spent) -> str:
    wait = {"wait": how_long(spent.until)}
    if spent.limit.whose == Whose.ALL:
        words = _(
            "Very many questions are being answered in words just now. Try again in %(wait)s, switch JavaScript on, "
            "sign in, or call"
        )
    else:
        words = _(
            "Too many questions were answered in words from this connection. Try again in %(wait)s, "
            "switch JavaScript on, sign in, or call"
        )
    return words % wait
