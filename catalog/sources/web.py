"""The network as sources see it, whoever lends it to them."""

from typing import Any, Protocol


class Web(Protocol):
    """The network as sources see it; both raise ValueError with a sentence for people, whose
    `status` is that of an answer other than 200."""

    def json(self, url: str, headers: dict[str, str] | None = None) -> Any:
        """What an API answers."""

    def image(self, url: str) -> bytes:
        """The bytes of a picture."""
