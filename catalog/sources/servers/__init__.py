"""Films of media servers that run, asked by their interfaces: one module a server."""
