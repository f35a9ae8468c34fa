"""Where films come from: one module a source, each filling the same `Catalog`."""
