"""The five papers' methods, measured beside ours and never served."""
