"""Broken exports: made here, read in tests and counted by benchmarks/badinput.py."""
