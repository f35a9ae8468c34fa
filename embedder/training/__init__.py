"""Training, from posters on disk to the best checkpoint. Needs torch."""
