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
        "This poster was kept until %(day)s and is gone now; upload it again for a new answer."
    ),
    UNKEPT: marked(
        "This poster was not kept, as whoever uploaded it wished; its answer was shown once."
    ),
}
NOT_YOURS = marked(
    "Only whoever uploaded this poster can delete it: in the browser that uploaded it, or with the "
    "delete_key that came with the answer."
)


class GoneError(RefusalError):
    """A recommendation whose poster is no longer kept."""

    def __init__(self, recommendation_id: str, why: RemovalReason, when: datetime) -> None:
        super().__init__(GONE_BECAUSE[why], day=when.date())
        self.recommendation_id = recommendation_id
        self.why = why


class NotYoursError(RefusalError):
    """A poster that somebody else uploaded."""

    def __init__(self) -> None:
        super().__init__(NOT_YOURS)
