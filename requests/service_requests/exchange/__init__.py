"""Requests as spreadsheets: exporting the filtered list, and importing what was edited in it.

`export` and `import` are admin pages reached by URL name from the desk's list. The other modules are
private. An import changes answers, assignee and department, never status, number or files.
"""
