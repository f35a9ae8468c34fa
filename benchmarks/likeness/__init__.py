"""Whether what is found looks alike to people who graded it."""
