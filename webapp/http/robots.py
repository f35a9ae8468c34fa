"""What search engines are told to leave out."""

from __future__ import annotations

from flask import Response


def not_listed(response: Response) -> Response:
    """In no search engine's results."""
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def not_copied(response: Response) -> Response:
    """Nor anywhere in their archives: what somebody uploaded, and what is said of it."""
    response.headers["X-Robots-Tag"] = "noindex, noarchive, noimageindex"
    return response
