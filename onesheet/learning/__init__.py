"""What the ratings say: the record in few numbers, and the simulator beside it."""
