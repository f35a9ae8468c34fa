"""What somebody asks about: an upload, a link, a title, a sample."""
