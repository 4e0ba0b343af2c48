"""Export files to tables: formats, encodings, header synonyms, dates, rows set aside, period."""
