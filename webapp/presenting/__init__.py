"""What a page or the API is given of an answer."""
