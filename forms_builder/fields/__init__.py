"""The field types. What the rest may use: `field_type`, `field_types` and the values of `base`.

Importing this package registers them, in the order of the editor's menu.
"""

from forms_builder.fields.base import Answer, Answers, Column, Context, FieldType, FileRef, FileUrl
from forms_builder.fields.base import field_type, field_types, register
from forms_builder.fields import short_text  # isort: skip
from forms_builder.fields import long_text  # isort: skip
from forms_builder.fields import full_name  # isort: skip
from forms_builder.fields import identity_document  # isort: skip
from forms_builder.fields import email  # isort: skip
from forms_builder.fields import phone  # isort: skip
from forms_builder.fields import date  # isort: skip
from forms_builder.fields import one_of  # isort: skip
from forms_builder.fields import many_of  # isort: skip
from forms_builder.fields import yes_no  # isort: skip
from forms_builder.fields import dependent_choice  # isort: skip
from forms_builder.fields import files  # isort: skip
from forms_builder.fields import group  # isort: skip
from forms_builder.fields import declaration  # isort: skip
from forms_builder.fields import content  # isort: skip

__all__ = [
    "Answer",
    "Answers",
    "Column",
    "Context",
    "FieldType",
    "FileRef",
    "FileUrl",
    "content",
    "date",
    "declaration",
    "dependent_choice",
    "email",
    "field_type",
    "field_types",
    "files",
    "full_name",
    "group",
    "identity_document",
    "long_text",
    "many_of",
    "one_of",
    "phone",
    "register",
    "short_text",
    "yes_no",
]
