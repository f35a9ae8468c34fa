"""What everything else stands on: paths, settings, files, progress."""
