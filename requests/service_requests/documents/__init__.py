"""Documents made of a request: its summary, and papers that the office issues.

Drawn by typst from values, never from markup of a person.
"""
