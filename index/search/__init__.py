"""How neighbours are found: exactly or by graphs, over a folder and what came later."""
