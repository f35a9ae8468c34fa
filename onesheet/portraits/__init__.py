"""What genres look like."""
