"""What can go wrong with a fetch. Apart from the client, which is slow to import."""

from onesheet.base.refusals import RefusalError


class FetchError(RefusalError):
    """Something that could not be fetched; `in_passing`: that may be otherwise in a while."""

    in_passing = False


class OtherAnswerError(FetchError):
    """A site that answered, with something else than was asked for."""


class UnfetchedSiteError(FetchError):
    """A `site` that is not public, or a port of one that is not the web's."""


class PassingError(FetchError):
    """A site that could not be reached, or took too long."""

    in_passing = True


class StatusError(FetchError):
    """A site that answered with another status than 200; `retry_after` are the seconds after which
    it says to come again, None where it says nothing of the kind."""

    def __init__(self, text: str, status: int, retry_after: float | None) -> None:
        super().__init__(text, status=str(status))
        self.status, self.retry_after = status, retry_after
        self.in_passing = status == 429 or status >= 500
