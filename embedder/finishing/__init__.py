"""From a checkpoint to a model that can be served. Needs torch."""
