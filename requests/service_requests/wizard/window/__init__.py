"""The service window: a clerk registers a request for a person who stands before him (docs/decisions/0010)."""
