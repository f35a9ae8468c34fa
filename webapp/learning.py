"""What the bandit has learned so far, as a page or a line of thanks tells it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bandit import ArmStats, Step
from webapp.answers import Answer
from webapp.instance import Instance
from webapp.recommender import ARMS
from webapp.wording import arm_name, capital, count, listed, percent, signed


@dataclass(frozen=True)
class Learning:
    """The bandit's present state under the model in use."""

    stats: list[ArmStats]
    epsilon: float
    """The chance that the next search picks an arm at random."""

    @property
    def rated(self) -> int:
        return sum(arm.rated for arm in self.stats)

    @property
    def leaders(self) -> list[str]:
        """The arms with the highest value."""
        highest = max(arm.value for arm in self.stats)
        return [arm.arm for arm in self.stats if arm.value == highest]

    @property
    def chances(self) -> dict[str, float]:
        """Each arm's chance to be picked by the next search: epsilon is shared by all of them,
        the rest by the leaders."""
        leaders = self.leaders
        random, greedy = self.epsilon / len(self.stats), (1 - self.epsilon) / len(leaders)
        return {arm.arm: random + greedy * (arm.arm in leaders) for arm in self.stats}

    def of(self, arm: str) -> ArmStats:
        return next(stats for stats in self.stats if stats.arm == arm)


def learning(instance: Instance) -> Learning:
    """Read from the record; one query."""
    stats = instance.feedback.stats(ARMS, instance.embedder().fingerprint)
    epsilon = instance.recommender.policy.epsilon(sum(arm.rated for arm in stats))
    return Learning(stats, epsilon)


def steps(instance: Instance) -> list[Step]:
    """One for each credited rating under the model in use, oldest first."""
    policy = instance.recommender.policy
    return instance.feedback.history(instance.embedder().fingerprint, decay=policy.decay)


def summary(state: Learning) -> str:
    """The state in one plain sentence."""
    if not state.rated:
        return "Nothing is rated yet, so each search picks one of the three distances at random."
    names = listed([arm_name(arm) for arm in state.leaders])
    value = signed(state.of(state.leaders[0]).value)
    leading = (
        f"{names} leads with an average of {value}"
        if len(state.leaders) == 1
        else f"{names} are level at {value}"
    )
    explores = f"the next search picks at random with a chance of {percent(state.epsilon)}"
    return f"After {count(state.rated, 'rating')} {leading}; {explores}."


def thanks(answer: Answer, state: Learning) -> str:
    """What a person hears once they have rated: who chose, why, and what it taught."""
    name = arm_name(answer.arm)
    if answer.forced:
        return (
            f"Thank you. You asked for {name} distance by name, so your rating is kept "
            "but not credited to it."
        )
    if not answer.credited:
        return (
            "Thank you. You asked for all films, so your rating is kept but not credited to "
            f"{name} distance, which chose these five."
        )
    return f"Thank you. {_why(answer)} {_taught(answer.arm, state)}"


def _why(answer: Answer) -> str:
    name = capital(arm_name(answer.arm))
    if answer.explored:
        return f"{name} distance chose these five, picked at random to explore."
    return f"{name} distance chose these five, because it did best so far."


def _taught(arm: str, state: Learning) -> str:
    stats = state.of(arm)
    if not stats.rated:  # an answer under an earlier model: its arm starts anew
        return "The model has changed since, so its average starts anew."
    average = f"Its average is now {signed(stats.value)} after {count(stats.rated, 'rating')}"
    return f"{average}, and the next search explores with a chance of {percent(state.epsilon)}."


def ranked(stats: Sequence[ArmStats]) -> list[ArmStats]:
    """The best value first, arms in their fixed order where they are level."""
    return sorted(stats, key=lambda arm: -arm.value)
