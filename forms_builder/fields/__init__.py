"""The field types. What the rest may use: `field_type`, `field_types` and the values of `base`.

Importing this package registers them, in the order of the editor's menu.
"""

# isort: off
from forms_builder.fields.base import (
    Answer,
    Answers,
    Column,
    Context,
    FieldType,
    FileRef,
    FileUrl,
    field_type,
    field_types,
    register,
)
from forms_builder.fields import short_text
from forms_builder.fields import long_text
from forms_builder.fields import url
from forms_builder.fields import full_name
from forms_builder.fields import identity_document
from forms_builder.fields import email
from forms_builder.fields import phone
from forms_builder.fields import iban
from forms_builder.fields import date
from forms_builder.fields import hijri_date
from forms_builder.fields import month_year
from forms_builder.fields import time
from forms_builder.fields import appointment
from forms_builder.fields import whole_number
from forms_builder.fields import decimal_number
from forms_builder.fields import money
from forms_builder.fields import one_of
from forms_builder.fields import many_of
from forms_builder.fields import yes_no
from forms_builder.fields import dependent_choice
from forms_builder.fields import country
from forms_builder.fields import lookup
from forms_builder.fields import earlier_request
from forms_builder.fields import files
from forms_builder.fields import group
from forms_builder.fields import computed
from forms_builder.fields import declaration
from forms_builder.fields import captcha
from forms_builder.fields import content
# isort: on

__all__ = [
    "Answer",
    "Answers",
    "Column",
    "Context",
    "FieldType",
    "FileRef",
    "FileUrl",
    "appointment",
    "captcha",
    "computed",
    "content",
    "country",
    "date",
    "decimal_number",
    "declaration",
    "dependent_choice",
    "earlier_request",
    "email",
    "field_type",
    "field_types",
    "files",
    "full_name",
    "group",
    "hijri_date",
    "iban",
    "identity_document",
    "long_text",
    "lookup",
    "many_of",
    "money",
    "month_year",
    "one_of",
    "phone",
    "register",
    "short_text",
    "time",
    "url",
    "whole_number",
    "yes_no",
]
