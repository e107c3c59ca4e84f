"""Why a change was made, as history keeps it: where it came from, and what the person wrote.

The text is stored as `source: words`, in no language but the person's own; the source is told in the
reader's language. A change without a source was made on the page of the request itself.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

BULK = "bulk"
IMPORT = "import"
ESCALATION = "escalation"
NEWER_WORKFLOW = "workflow"
REVOKED = "revoked"
MESSAGE = "message"
WRITTEN_TO = "written"

_SOURCES: dict[str, Promise] = {
    BULK: _("changed together with other requests"),
    IMPORT: _("changed by import"),
    ESCALATION: _("the portal itself, because it takes too long"),
    REVOKED: _("a document was revoked"),
    NEWER_WORKFLOW: _("moved to a newer version of its workflow"),
    MESSAGE: _("written to together with other citizens"),
    WRITTEN_TO: _("a message to the citizen"),
}


@dataclass(frozen=True)
class Reason:
    source: str
    words: str

    @property
    def source_text(self) -> str:
        """Where the change came from, in the reader's language; empty for an ordinary one."""
        return str(_SOURCES.get(self.source, ""))


def written(words: str, *, source: str = "") -> str:
    """What goes into the history row."""
    if source:
        return f"{source}: {words}"
    # Nobody passes for an import by typing its sign.
    return f": {words}" if _taken_apart(words)[0] else words


def read(stored: str | None) -> Reason:
    """The same again, taken apart."""
    source, words = _taken_apart(stored or "")
    return Reason(source, words.removeprefix(": ") if not source else words)


def _taken_apart(stored: str) -> tuple[str, str]:
    source, separator, words = stored.partition(": ")
    return (source, words) if separator and source in _SOURCES else ("", stored)
