"""The icons of the portal: drawn for left-to-right on a 24 × 24 sheet, lines only.

Used by the template tag `{% icon "name" %}`. Those that point somewhere are mirrored in a
right-to-left page by the style sheet.
"""

SHAPES: dict[str, str] = {
    "alert": '<circle cx="12" cy="12" r="9"/><path d="M12 7.5V13M12 16h.01"/>',
    "arrow-back": '<path d="M19 12H5m6-6-6 6 6 6"/>',
    "arrow-forward": '<path d="M5 12h14m-6-6 6 6-6 6"/>',
    "building": '<path d="M5 21V4h14v17M3 21h18M9 8h2M13 8h2M9 12h2M13 12h2M10 21v-5h4v5"/>',
    "calendar": '<rect x="3" y="5" width="18" height="16" rx="2"/><path d="M3 10h18M8 3v4M16 3v4"/>',
    "chart": '<path d="M4 20V4M4 20h16M8 16v-5M12 16V8M16 16v-3"/>',
    "chevron-down": '<path d="m6 9 6 6 6-6"/>',
    "clock": '<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3 2"/>',
    "close": '<path d="m6 6 12 12M18 6 6 18"/>',
    "copy": '<rect x="9" y="9" width="11" height="11" rx="2"/><path d="M15 5V4H4v11h1"/>',
    "document": '<path d="M14 3H6a1 1 0 0 0-1 1v16a1 1 0 0 0 1 1h12a1 1 0 0 0 1-1V8zM14 3v5h5M9 13h6M9 17h4"/>',
    "door": '<path d="M6 21V3h12v18M3 21h18M14.5 12h.01"/>',
    "download": '<path d="M12 4v11m-5-5 5 5 5-5M4 20h16"/>',
    "edit": '<path d="M4 20h4L19 9l-4-4L4 16zM13 7l4 4"/>',
    "exit": '<path d="M10 4H5v16h5M10 12h10m-4-4 4 4-4 4"/>',
    "grid": '<path d="M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z"/>',
    "identity": '<rect x="3" y="5" width="18" height="14" rx="2"/><circle cx="8.5" cy="11" r="2"/>'
    '<path d="M5.5 16c.4-1.6 1.6-2.4 3-2.4s2.6.8 3 2.4M14.5 10h4M14.5 14h3"/>',
    "image": '<rect x="3" y="4" width="18" height="16" rx="2"/><circle cx="9" cy="10" r="1.5"/>'
    '<path d="m4 18 5-5 4 4 3-3 4 4"/>',
    "info": '<circle cx="12" cy="12" r="9"/><path d="M12 11v5M12 8h.01"/>',
    "leaf": '<path d="M12 21V11M12 15c-5 0-7-3-7-8 5 0 7 3 7 8zM12 12c0-4 2-7 7-8 0 5-2 8-7 8z"/>',
    "lock": '<rect x="5" y="11" width="14" height="9" rx="2"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/>',
    "mail": '<rect x="3" y="5" width="18" height="14" rx="2"/><path d="m3.5 7.5 8.5 6 8.5-6"/>',
    "menu": '<path d="M4 7h16M4 12h16M4 17h16"/>',
    "message": '<path d="M4 5h16v11H9.5l-5.5 4z"/><path d="M8 9h8M8 12.5h5"/>',
    "money": '<rect x="3" y="6" width="18" height="13" rx="2"/><path d="M3 10h18M16 15h2"/>',
    "people": '<circle cx="9" cy="8" r="3.5"/><path d="M2.5 20c0-3.6 2.9-6 6.5-6s6.5 2.4 6.5 6M16 4.8a3.5 3.5 0 0 1 0 '
    '6.4M18 14.5c2.2.8 3.5 2.8 3.5 5.5"/>',
    "person": '<circle cx="12" cy="8" r="4"/><path d="M4 21c0-4 3.6-7 8-7s8 3 8 7"/>',
    "phone": '<path d="M5 4h4l2 5-2.5 1.5a11 11 0 0 0 5 5L15 13l5 2v4a1 1 0 0 1-1 1A16 16 0 0 1 4 5a1 1 0 0 1 1-1z"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "print": '<path d="M7 9V3h10v6M7 17H4v-6a2 2 0 0 1 2-2h12a2 2 0 0 1 2 2v6h-3M7 14h10v7H7z"/>',
    "remove": '<path d="M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13"/>',
    "rings": '<circle cx="8.5" cy="14" r="5.5"/><circle cx="15.5" cy="14" r="5.5"/><path d="M6.5 5h4l-2 3.5z"/>',
    "search": '<circle cx="11" cy="11" r="7"/><path d="m20 20-4-4"/>',
    "shield": '<path d="M12 3 5 6v5c0 5 3 8 7 10 4-2 7-5 7-10V6zM9 12l2.2 2.2L15.5 10"/>',
    "star": '<path d="m12 3.5 2.7 5.6 6.1.8-4.5 4.2 1.1 6-5.4-3-5.4 3 1.1-6-4.5-4.2 6.1-.8z"/>',
    "tick": '<path d="m5 12.5 5 5L20 7"/>',
    "ticket": '<path d="M4 7h16v3a2 2 0 0 0 0 4v3H4v-3a2 2 0 0 0 0-4zM14 7v10"/>',
    "upload": '<path d="M12 16V5m-5 5 5-5 5 5M4 20h16"/>',
    "warning": '<path d="M12 4 2.5 20h19zM12 10v4M12 17h.01"/>',
}
POINTING = frozenset({"arrow-back", "arrow-forward", "exit"})
