"""All numbers of the bulletin as data, their checks, their wording, and the documents."""
