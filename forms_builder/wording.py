"""The words of error messages: what to do, and the question by its name.

Field types build their messages here, so that they sound alike. Language: the one that is active.
"""

from django.utils.translation import get_language, override, pgettext
from django.utils.translation import gettext as _

from cms.languages import in_language
from forms_builder.spec import FieldSpec


def name_of(spec: FieldSpec) -> str:
    """The question's label as it stands inside a sentence."""
    label = in_language(spec.label).strip().rstrip(":：").strip() or spec.key
    starts_plain = len(label) > 1 and label[0].isupper() and not label[1].isupper()
    if (get_language() or "").startswith("en") and starts_plain:
        return label[0].lower() + label[1:]
    return label


def is_question(spec: FieldSpec) -> bool:
    return in_language(spec.label).strip().endswith(("?", "؟"))


def write(spec: FieldSpec) -> str:
    if is_question(spec):
        return answer(spec)
    return _("Write %(question)s") % {"question": name_of(spec)}


def choose(spec: FieldSpec) -> str:
    if is_question(spec):
        return answer(spec)
    return _("Choose %(question)s") % {"question": name_of(spec)}


def upload(spec: FieldSpec) -> str:
    return _("Upload %(question)s") % {"question": name_of(spec)}


def answer(spec: FieldSpec) -> str:
    return _("Answer the question: %(question)s") % {"question": in_language(spec.label).strip() or spec.key}


def unreadable(spec: FieldSpec) -> str:
    """For a value of the wrong kind, which only a program or a damaged file can send."""
    return _("Answer again: %(question)s") % {"question": name_of(spec)}


def example(language: str) -> str:
    """What a generated answer says."""
    with override(language):
        return pgettext("a generated answer", "Example")
