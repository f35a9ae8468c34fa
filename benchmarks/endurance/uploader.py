"""A process that uploads and rates, and says of each that it was acknowledged.

python -m benchmarks.endurance.uploader HOME POSTER
"""

from __future__ import annotations

import sys
from pathlib import Path

from bandit import Rating
from onesheet.base.home import Home
from onesheet.instance import Instance
from onesheet.queries.query import from_file


def main(home: str, poster: str) -> None:
    """Print the id of each upload, and again once it is rated, until it is stopped."""
    instance = Instance(Home(Path(home)))
    query = from_file(Path(poster))
    while True:
        recorded = instance.recommender.ask(query)
        print("uploaded", recorded.id, flush=True)
        instance.recommender.rate(recorded.id, Rating.GOOD)
        print("rated", recorded.id, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
