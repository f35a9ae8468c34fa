"""HTTP itself: parameters, headers, security, errors, compression, static files."""
