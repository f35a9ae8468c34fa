"""Two sites' records as one. Ratings are given, changed and withdrawn at random on either."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from bandit import FeedbackStore, MergeOutcome, Rating, merge_record
from bandit.models import Base, RecommendationRow
from catalog.database import connect, querying, writing
from tests.bandit.conftest import ARMS, CODEC, START, Make, Store

FORGOTTEN = {"query": "elsewhere"}


def redacted(payload: Any, created: datetime) -> Any:
    return FORGOTTEN


class Site:
    """A record of its own, with a clock that a test sets."""

    def __init__(self, file: Path) -> None:
        self.engine = connect(f"sqlite:///{file}")
        Base.metadata.create_all(self.engine)
        self.now = START
        self.store: Store = FeedbackStore(self.engine, CODEC, lambda: self.now)

    def rate(self, number: str, rating: Rating | None, second: int = 0) -> None:
        self.now = START + timedelta(seconds=second)
        self.store.rate(number, rating)

    def merge(self, other: "Site") -> MergeOutcome:
        return merge_record(other.engine, self.engine, redacted)

    def verdicts(self) -> dict[str, tuple[Any, ...]]:
        row = RecommendationRow
        facts = (row.id, row.rating, row.rated_at, row.rating_changed, row.set_aside, row.credited)
        with querying(self.engine) as connection:
            return {number: tuple(rest) for number, *rest in connection.execute(select(*facts))}


@pytest.fixture
def sites(tmp_path: Path) -> Iterator[tuple[Site, Site]]:
    here, there = Site(tmp_path / "here.db"), Site(tmp_path / "there.db")
    yield here, there
    for each in (here, there):
        each.engine.dispose()


def test_what_another_site_recommended_and_how_it_was_rated_comes_along(
    sites: tuple[Site, Site], recommend: Make
) -> None:
    here, there = sites
    mine, theirs = recommend("cosine"), recommend("manhattan", expires=START)
    here.store.record(mine)
    there.store.record(theirs)
    there.store.rate(theirs.id, Rating.GOOD, by="somebody")
    assert here.merge(there) == MergeOutcome(recommendations=1)
    found = here.store.get(theirs.id)
    rated = replace(theirs, rating=Rating.GOOD, rated_at=there.now)
    assert found == replace(rated, payload=FORGOTTEN, expires=None)
    assert here.store.get(mine.id) == mine
    with querying(here.engine) as connection:
        assert set(connection.scalars(select(RecommendationRow.rated_by))) == {None}
    good = {each.arm: each.good for each in here.store.stats(ARMS, "model-1")}
    assert good == {"cosine": 0, "euclidean": 0, "manhattan": 1}
    assert here.merge(there) == MergeOutcome()


def test_of_two_ratings_the_later_counts_and_a_withdrawal_is_one(
    sites: tuple[Site, Site], recommend: Make
) -> None:
    here, there = sites
    for number in ("changed", "older", "withdrawn"):
        here.store.record(recommend(id=number))
    there.merge(here)
    here.rate("changed", Rating.BAD, 1)
    there.rate("changed", Rating.GOOD, 2)
    here.rate("older", Rating.OKAY, 4)
    there.rate("older", Rating.BAD, 3)
    here.rate("withdrawn", Rating.GOOD, 5)
    there.merge(here)
    there.rate("withdrawn", None, 6)
    assert here.merge(there) == MergeOutcome(verdicts=2)
    assert there.merge(here) == MergeOutcome()
    ratings = {number: verdict[0] for number, verdict in here.verdicts().items()}
    assert ratings == {"changed": "good", "older": "okay", "withdrawn": None}
    assert here.verdicts() == there.verdicts()


def test_who_rated_is_forgotten_where_another_sites_verdict_counts(
    sites: tuple[Site, Site], recommend: Make
) -> None:
    here, there = sites
    here.store.record(recommend(id="one"))
    here.store.rate("one", Rating.GOOD, by="somebody")
    there.merge(here)
    there.rate("one", None, 1)
    before = here.store.version()
    here.merge(there)
    with querying(here.engine) as connection:
        assert connection.scalar(select(RecommendationRow.rated_by)) is None
    assert here.store.version() != before


def test_what_is_merged_changes_the_version_though_it_is_older_than_the_last_rating(
    sites: tuple[Site, Site], recommend: Make
) -> None:
    here, there = sites
    for number in ("older", "last"):
        here.store.record(recommend(id=number))
    here.rate("older", Rating.GOOD, 1)
    there.merge(here)
    there.rate("older", Rating.BAD, 2)
    here.rate("last", Rating.OKAY, 3)
    before = here.store.version()
    assert here.merge(there) == MergeOutcome(verdicts=1)
    assert here.store.version() != before


def test_a_rating_that_an_older_program_dated_is_later_too(
    sites: tuple[Site, Site], recommend: Make
) -> None:
    here, there = sites
    here.store.record(recommend(id="one"))
    here.rate("one", Rating.GOOD, 1)
    there.merge(here)
    with writing(there.engine) as session:  # it knows of no other date
        later = {"rating": "bad", "rated_at": START + timedelta(seconds=2)}
        session.execute(update(RecommendationRow).values(**later))
    here.merge(there)
    there.merge(here)
    assert here.verdicts() == there.verdicts()
    assert here.verdicts()["one"][0] == "bad"


def test_a_burst_that_one_site_saw_is_credited_by_neither(
    sites: tuple[Site, Site], recommend: Make
) -> None:
    here, there = sites
    for number in ("one", "two"):
        here.store.record(recommend(id=number))
        here.store.rate(number, Rating.GOOD)
    there.merge(here)
    here.store.record(recommend(id="three"))
    for number in ("one", "two", "three"):
        here.store.rate(number, Rating.BAD, by="somebody", most=2)
    there.merge(here)
    assert sum(each.rated for each in there.store.stats(ARMS, "model-1")) == 0


def test_a_record_of_several_pages_comes_whole(
    sites: tuple[Site, Site], recommend: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = sites
    monkeypatch.setattr("bandit.merge.ROWS_A_PAGE", 3)
    for _ in range(7):
        there.store.record(recommend())
    assert here.merge(there) == MergeOutcome(recommendations=7)
    assert here.verdicts() == there.verdicts()


Deed = tuple[int, int, Rating | None, int]
"""Of which site, which recommendation, which rating, at which second of the site's clock."""
DEEDS = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.integers(0, 2),
        st.sampled_from([*Rating, None]),
        st.integers(0, 4),
    ),
    max_size=12,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=DEEDS, order=st.permutations(list(permutations(range(3), 2))))
def test_sites_that_all_merged_agree_in_whichever_order(
    deeds: list[Deed], order: list[tuple[int, int]], recommend: Make, tmp_path_factory: Any
) -> None:
    folder = tmp_path_factory.mktemp("sites")
    sites = [Site(folder / f"{n}.db") for n in range(3)]
    ids = [recommend(id=f"r{n}") for n in range(3)]
    for site in sites:
        for each in ids:
            site.store.record(each)
    for where, which, rating, second in deeds:
        sites[where].rate(f"r{which}", rating, second)
    for into, source in [*order, *order]:  # the second time what came to one by another
        sites[into].merge(sites[source])
    assert sites[0].verdicts() == sites[1].verdicts() == sites[2].verdicts()
    assert all(each.merge(other) == MergeOutcome() for each in sites for other in sites)
    for site in sites:
        site.engine.dispose()
