from dataclasses import replace

import pytest

from bandit import UCB1, ArmStats, EpsilonGreedy
from onesheet.instance import Instance
from onesheet.queries.query import from_card
from onesheet.recommending.answers import Answer, BanditState, imdb_url

ARMS = [ArmStats("cosine", 4, 3, good=2, bad=1), ArmStats("euclidean", 3, 1, good=1)]


def state(policy: EpsilonGreedy | UCB1) -> BanditState:
    return BanditState(ARMS, policy, shared=False, model="m")


def test_the_state_counts_ratings_and_names_who_leads() -> None:
    found = state(EpsilonGreedy(["cosine", "euclidean"], decay=4))
    assert found.rated == 4
    assert found.epsilon == pytest.approx(0.5)
    assert found.leaders == ["euclidean"]
    assert found.of("cosine") == ARMS[0]
    assert sum(found.chances.values()) == pytest.approx(1)
    assert sum(found.best.values()) == pytest.approx(1)


def test_only_epsilon_greedy_has_an_epsilon() -> None:
    assert state(UCB1(["cosine", "euclidean"])).epsilon == 0


@pytest.fixture
def answer(instance: Instance) -> Answer:
    card = instance.catalog.by_imdb("tt0000002")[0]
    return instance.recommender.recommend(from_card(card, instance.catalog))


def test_the_arm_is_told_after_a_rating_or_where_it_was_asked_for(answer: Answer) -> None:
    assert not answer.forced
    assert not answer.arm_told
    assert replace(answer, rating="good").arm_told
    assert replace(answer, explored=None).arm_told


def test_the_arm_of_a_draft_was_not_asked_for_and_is_not_told(answer: Answer) -> None:
    draft = replace(answer, explored=None, draft=True)
    assert not draft.forced
    assert not draft.arm_told
    assert not replace(draft, rating="good").arm_told


def test_only_real_films_have_a_page_at_imdb() -> None:
    assert imdb_url("tt0000002") == "https://www.imdb.com/title/tt0000002/"
    assert imdb_url("demo-0001") is None
