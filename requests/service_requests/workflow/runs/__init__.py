"""What somebody does to many requests at once, written down: how far it is, and what stayed as it was and why."""
