"""What the office works out about a request before it decides: documents, findings, amounts, notes, inspections.

Knows requests and their services. `workflow.guards` asks it whether an outcome may be chosen; the desk shows it.
"""
