"""`hotspot`: from a week of 12345 hotline calls to the bulletin the mayor reads."""

__version__ = "0.1.0"
