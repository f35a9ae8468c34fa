"""What one poster says: genres, score, decades, intent."""
