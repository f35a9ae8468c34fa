"""Movies, posters and images: where films come from and how bytes become a safe RGB image."""
