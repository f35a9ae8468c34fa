"""A third part for a finished model: composition, which keeps what stands where. Needs torch."""
