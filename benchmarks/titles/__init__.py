"""Titles found in two ways, measured: see `__main__`."""
