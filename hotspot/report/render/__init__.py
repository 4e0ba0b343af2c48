"""One module per document format; each maps the same facts."""
