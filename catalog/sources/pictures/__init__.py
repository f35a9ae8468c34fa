"""Folders of pictures, with or without what a media server knows of them, as a film source."""
