"""Building the index, growing it, and following it in a running process."""
