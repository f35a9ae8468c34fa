"""A model's figures on held-out posters."""
