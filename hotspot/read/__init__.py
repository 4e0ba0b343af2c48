"""Export files in, tables out: formats, encodings, header synonyms, dates, quarantine, period."""
