"""Command lines around the project. They need nothing but Python's own library."""
