"""The heading of a column: `key · label`. The key is matched when a file comes back, the label is for people."""

from cms.arabic import clean
from cms.spreadsheets.cells import printable

SEPARATOR = " · "


def heading(key: str, label: str) -> str:
    """`key · label`."""
    return printable(f"{key}{SEPARATOR}{' '.join(label.split())}") if label else key


def label_of(heading_: str) -> str:
    """What people read in a heading."""
    return heading_.partition(SEPARATOR)[2].strip() or heading_.strip()


def key_of(heading_: str) -> str:
    """The key in a heading, whatever became of its label."""
    return clean(heading_.partition(SEPARATOR.strip())[0])
