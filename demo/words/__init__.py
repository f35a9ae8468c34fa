"""What an invented film is called, and who is said to have made it."""
