"""The wizard walked by an editor before its form is published: docs/decisions/0006."""
