"""Documents made of a request: so far its summary. Drawn by typst from values, never from markup of a person."""
