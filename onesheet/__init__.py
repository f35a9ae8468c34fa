"""The application without the web: what Onesheet does, whoever asks."""
