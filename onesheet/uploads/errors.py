"""Why an upload is gone, and who may not delete it."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from onesheet.base.payload import RemovalReason
from onesheet.base.refusals import RefusalError
from onesheet.base.texts import marked

DELETED: Final = "deleted"
ELSEWHERE: Final = "elsewhere"
EXPIRED: Final = "expired"
UNKEPT: Final = "unkept"
GONE_BECAUSE: dict[RemovalReason, str] = {
    DELETED: marked("This poster was deleted on %(day)s, as whoever uploaded it wished."),
    ELSEWHERE: marked(
        "This answer was given on %(day)s by another site that shares its ratings with this one."
    ),
    EXPIRED: marked(
        "This poster was shown until %(day)s and is gone now; upload it again for a new answer."
    ),
    UNKEPT: marked("This poster was not kept; its answer was shown once."),
}
NOT_YET_REMOVED = marked(
    "This poster was shown until %(day)s. It is removed about a day later, and until then whoever "
    "uploaded it can still delete it; upload it again for a new answer."
)
NOT_YOURS = marked(
    "Only whoever uploaded this poster can delete it: in the browser that uploaded it, or with the "
    "delete_key that came with the answer."
)


class GoneError(RefusalError):
    """A recommendation whose poster is shown no longer: it was removed, or is about to be."""

    def __init__(
        self, recommendation_id: str, why: RemovalReason, when: datetime, text: str | None = None
    ) -> None:
        super().__init__(text or GONE_BECAUSE[why], day=when.date())
        self.recommendation_id = recommendation_id


class TimeOverError(GoneError):
    """An upload whose time is over and that is not removed yet. `owner` is the digest of the key by
    which it can still be deleted; None where nobody has one."""

    def __init__(self, recommendation_id: str, when: datetime, owner: str | None) -> None:
        super().__init__(recommendation_id, EXPIRED, when, NOT_YET_REMOVED)
        self.owner = owner


class NotYoursError(RefusalError):
    """A poster that somebody else uploaded."""

    def __init__(self) -> None:
        super().__init__(NOT_YOURS)
