"""Pages and JSON, packed on their way out; `cache_headers` has what never changes, kept packed.

Guessing a secret by the length of what holds it needs a page that has the secret and a stranger's
words in it (the BREACH attack). Here a page tells nothing that whoever knows its address may not
read, no page holds the uploader's key, and the cookie with it does not come along with requests
from other sites. So all pages may be packed.

A page with an ETag gives it as a weak one, which stands for the packed and the plain bytes alike:
Flask-Compress leaves such a tag as it is, and whoever holds the page hears that nothing changed.
"""

from __future__ import annotations

from flask import Flask, Response, request
from flask_compress import Compress

PACKED_TYPES = frozenset({"text/html", "application/json", "text/csv", "text/plain"})
ALGORITHMS = ("zstd", "br", "gzip")
"""The first that the client takes as willingly as any other."""
SETTINGS = {
    "COMPRESS_MIMETYPES": sorted(PACKED_TYPES),
    "COMPRESS_ALGORITHM": list(ALGORITHMS),
    "COMPRESS_ZSTD_LEVEL": 3,
    "COMPRESS_BR_LEVEL": 2,
    "COMPRESS_LEVEL": 3,  # of gzip; its own 9 takes three times as long for a tenth less
    "COMPRESS_MIN_SIZE": 1024,  # bytes; what is shorter fits a packet or two anyway
    "COMPRESS_STREAMS": False,
    "COMPRESS_EVALUATE_CONDITIONAL_REQUEST": False,  # a page with a tag does so, before it works
    "COMPRESS_REGISTER": False,
}

_compress = Compress()


def init_app(app: Flask) -> None:
    """Pack what the application answers, where that is worth it and the client takes it."""
    app.config.from_mapping(SETTINGS)
    _compress.init_app(app)
    app.after_request(packed)


def packed(response: Response) -> Response:
    """The same response, packed; as it is what is streamed, sent from a file or packed already.

    Flask-Compress takes `gzip;q=0`, which refuses gzip, for a wish.
    """
    if response.mimetype not in PACKED_TYPES or response.is_streamed or response.direct_passthrough:
        return response
    response.vary.add("Accept-Encoding")
    if not any(request.accept_encodings[name] > 0 for name in ALGORITHMS):
        return response
    _compress.after_request(response)
    return response
