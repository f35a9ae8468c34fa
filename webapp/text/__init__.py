"""The page's language: translation and wording."""
