import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bandit import FeedbackStore, Rating
from catalog.database import connect
from tests.bandit.conftest import CODEC, Make, Store

ROOT = Path(__file__).parents[2]
RATER = """
import sys
from datetime import UTC, datetime
from bandit import FeedbackStore, PayloadCodec, Rating, Recommendation
from catalog.database import connect

url, name, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
store = FeedbackStore(connect(url), PayloadCodec(dict, dict))
for number in range(count):
    made = Recommendation(
        id=f"{name}-{number}", created=datetime.now(UTC), arm=name, explored=True, epsilon=1.0,
        propensity=0.5, credited=True, model="m", index="i", payload={"number": number},
    )
    store.record(made)
    store.stats(["a", "b"], "m")
    store.rate("shared", [Rating.GOOD, Rating.BAD][number % 2])
    store.rate(made.id, Rating.GOOD)
"""


def test_several_processes_rating_at_once_lose_nothing(
    database_url: str, store: Store, recommend: Make
) -> None:
    store.record(recommend("c", id="shared", model="m"))
    raters = [
        subprocess.Popen([sys.executable, "-c", RATER, database_url, name, "25"], cwd=ROOT)
        for name in ("a", "b", "d")
    ]
    assert [rater.wait(timeout=60) for rater in raters] == [0, 0, 0]
    stats = store.stats(["a", "b", "c", "d"], "m")
    assert [(arm.shown, arm.rated) for arm in stats] == [(25, 25), (25, 25), (1, 1), (25, 25)]
    assert [arm.value for arm in stats if arm.arm != "c"] == [1.0, 1.0, 1.0]
    shared = store.get("shared")
    assert shared is not None
    assert shared.rating in (Rating.GOOD, Rating.BAD)


def test_threads_rating_at_once_lose_nothing(database_url: str, store: Store, shown: Make) -> None:
    made = [shown("cosine") for _ in range(60)]
    engine = connect(database_url)
    shared = FeedbackStore(engine, CODEC)
    with ThreadPoolExecutor(8) as pool:
        for ratings in (Rating.BAD, None, Rating.GOOD):
            list(pool.map(lambda each, to=ratings: shared.rate(each.id, to), made))
    engine.dispose()
    (cosine,) = store.stats(["cosine"], "model-1")
    assert (cosine.rated, cosine.value) == (60, 1.0)
    times = [each.rated_at for each in store.ratings() if each.rated_at is not None]
    assert len(times) == 60
    assert times == sorted(times)


def test_a_double_click_counts_once(database_url: str, store: Store, shown: Make) -> None:
    recommendation = shown("cosine")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: store.rate(recommendation.id, Rating.GOOD), range(16)))
    assert [each.rating for each in store.ratings()] == [Rating.GOOD]
