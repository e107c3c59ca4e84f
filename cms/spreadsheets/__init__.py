"""Spreadsheets that enter and leave the office, for every app that exports and imports.

`formats` reads and writes files, `packages` decides whether a workbook may be opened, `cells` what may
stand in a cell, `headings` how a column is named.
"""
