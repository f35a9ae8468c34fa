"""The database: its tables and migrations, and the changes beside the index."""
