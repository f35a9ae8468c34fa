"""Imports that are killed again and again."""
