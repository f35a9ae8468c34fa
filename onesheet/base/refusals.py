"""Errors that a person reads: an English sentence, and beside it what is filled in."""

from __future__ import annotations


class RefusalError(ValueError):
    """Something that cannot be done, in one sentence that tells what to do instead.

    `text` is the sentence in English with %(names)s where the `values` go, for those who translate
    it; str() gives it filled in. A value is a text, a date, or another error of this shape.
    """

    def __init__(self, text: str, /, **values: object) -> None:
        super().__init__(text % values if values else text)
        self.text, self.values = text, values


class QueryError(RefusalError):
    """A request that nobody can answer as it was made."""


class UnknownFilmError(QueryError):
    """A film that the catalogue does not hold, or whose poster is not there."""


class MissingPosterError(UnknownFilmError):
    """A poster that is not there, or not any more, though its film may be."""
