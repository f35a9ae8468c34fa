"""Uploaded posters: kept, expired, deleted; and whose they are."""
