"""A process that rates as fast as it can, and says of each rating that it was acknowledged.

python -m benchmarks.attacks.voter DATABASE NAME COUNT
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from typing import Any

from bandit import FeedbackStore, PayloadCodec, Rating, Recommendation
from catalog.database import connect

AS_IT_IS: PayloadCodec[Any] = PayloadCodec(encode=lambda payload: payload, decode=lambda kept: kept)


def main(url: str, name: str, count: int) -> None:
    """Print, a line a rating, its recommendation's id and the milliseconds that rating took."""
    store = FeedbackStore(connect(url), AS_IT_IS)
    for number in range(count):
        one = f"{name}-{number}"
        store.record(
            Recommendation(
                id=one,
                created=datetime.now(UTC),
                arm="cosine",
                explored=True,
                epsilon=1.0,
                propensity=1 / 3,
                credited=True,
                model="m",
                index="i",
                agreeing=(),
                payload={},
            )
        )
        began = time.perf_counter()
        store.rate(one, Rating.GOOD)
        print(one, 1000 * (time.perf_counter() - began), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
