"""Why two posters are near, and where on a poster."""
