"""The words on a poster: lettering, what it is made of, and where it goes."""
