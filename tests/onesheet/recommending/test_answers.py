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


def test_the_film_is_the_one_asked_about_or_recognised(answer: Answer, instance: Instance) -> None:
    asked, other = instance.catalog.cards([2, 5]).values()
    assert (answer.title, answer.film_year) == (asked.title, asked.year)
    unknown = replace(answer, query=replace(answer.query, card=None, title=None))
    assert (unknown.title, unknown.film_year) == (None, None)
    recognised = replace(unknown, same_as=other)
    assert (recognised.title, recognised.film_year) == (other.title, other.year)


def test_one_invented_film_makes_the_results_invented(answer: Answer) -> None:
    real = [replace(each, card=replace(each.card, invented=False)) for each in answer.results]
    assert not replace(answer, results=real).invented
    made_up = replace(real[-1], card=replace(real[-1].card, invented=True))
    assert replace(answer, results=[*real, made_up]).invented
