"""Tables as they exist in the world, as one kind of film source."""
