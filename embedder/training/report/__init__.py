"""What a training run found out, as one HTML page for people."""
