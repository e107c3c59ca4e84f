"""An app with kinds of work that leave a trace, so that worker processes know them too."""
