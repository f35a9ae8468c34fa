"""The map of all posters."""
