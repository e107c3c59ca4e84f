"""Offices and companies, and the people who may act for them. What the rest uses is in `delegating`."""
