"""Work on many machines by Ray; imported only where an operator chose it."""
