"""What is asked of the catalogue at every request, held in memory: titles, facets, hashes."""
