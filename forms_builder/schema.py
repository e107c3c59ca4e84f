"""JSON Schema of a form's answers, for the API and for whoever fills a form by program."""

from typing import Any

from forms_builder.fields.base import object_schema
from forms_builder.spec import FormSpec


def json_schema(spec: FormSpec) -> dict[str, Any]:
    """Schema (2020-12) of the answers of a whole form."""
    schema = object_schema(spec.fields())
    conditional = {field.key for step in spec.steps if step.show_if is not None for field in step.fields}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "required": [key for key in schema["required"] if key not in conditional],
    }
