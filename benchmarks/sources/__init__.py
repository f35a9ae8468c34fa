"""Imports of films laid out in several ways, measured: see `__main__`."""
