import pytest

from bandit import Rating


def test_steps_come_in_order_of_rating_not_of_showing(store, shown):
    first, second = shown("cosine"), shown("manhattan")
    store.rate(second.id, Rating.GOOD)
    store.rate(first.id, Rating.BAD)
    steps = store.history()
    assert [step.recommendation_id for step in steps] == [second.id, first.id]
    assert [step.number for step in steps] == [1, 2]
    assert [step.reward for step in steps] == [1, -1]


def test_each_step_tells_what_the_bandit_knew_after_it(store, shown):
    shown("cosine", Rating.GOOD)
    shown("cosine")
    shown("manhattan", Rating.BAD)
    shown("cosine", Rating.OKAY)
    last = store.history()[-1]
    assert last.values == {"cosine": 0.5, "manhattan": -1.0}
    assert last.rated_by_arm == {"cosine": 2, "manhattan": 1}
    assert last.picks == {"cosine": 3, "manhattan": 1}
    assert (last.rated, last.epsilon) == (3, 50 / 53)


def test_values_follow_the_running_mean(store, shown):
    ratings = [Rating.GOOD, Rating.BAD, Rating.GOOD, Rating.OKAY, Rating.GOOD, Rating.GOOD]
    for rating in ratings:
        shown("cosine", rating)
    value = 0.0
    for n, (step, rating) in enumerate(zip(store.history(), ratings, strict=True), start=1):
        value += (rating.reward - value) / n
        assert step.values["cosine"] == pytest.approx(value)


def test_every_arm_of_the_history_is_in_every_step(store, shown):
    shown("cosine", Rating.GOOD)
    shown("manhattan")
    (step,) = store.history()
    assert step.values == {"cosine": 1.0, "manhattan": 0.0}
    assert step.picks == {"cosine": 1, "manhattan": 0}


def test_a_new_model_starts_the_bandit_anew(store, shown):
    shown("cosine", Rating.BAD, model="old")
    shown("cosine", Rating.GOOD, model="new")
    old, new = store.history()
    assert (old.rated, old.values, old.picks) == (1, {"cosine": -1.0}, {"cosine": 1})
    assert (new.rated, new.values, new.picks) == (1, {"cosine": 1.0}, {"cosine": 1})


def test_a_changed_rating_stands_where_it_was_changed(store, shown):
    first = shown("cosine", Rating.BAD)
    second = shown("cosine", Rating.GOOD)
    store.rate(first.id, Rating.OKAY)
    assert [(step.recommendation_id, step.rating) for step in store.history()] == [
        (second.id, Rating.GOOD),
        (first.id, Rating.OKAY),
    ]


def test_the_last_step_agrees_with_the_stats(store, shown):
    for number in range(20):
        shown(["cosine", "manhattan"][number % 2], [*Rating, None][number % 4])
    last = store.history("model-1")[-1]
    for arm in store.stats(["cosine", "manhattan"], "model-1"):
        assert last.values[arm.arm] == arm.value
        assert last.rated_by_arm[arm.arm] == arm.rated


def test_epsilon_follows_the_policys_decay(store, shown):
    shown("cosine", Rating.GOOD)
    assert [step.epsilon for step in store.history(decay=1)] == [0.5]


def test_nothing_rated_is_an_empty_history(store, shown):
    shown("cosine")
    assert store.history() == []
