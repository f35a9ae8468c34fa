"""Collections of films that visitors put together: what a link says of one, and files of it."""
