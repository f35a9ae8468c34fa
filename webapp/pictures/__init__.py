"""Pictures that a page needs beside the posters: thumbnails, placeholders, accents, cards."""
