"""An epsilon-greedy bandit whose state is the record of its recommendations and ratings."""

from bandit.history import Step
from bandit.policy import DECAY, ArmStats, Choice, EpsilonGreedy, Policy, epsilon_after
from bandit.recommendation import Rating, Recommendation, UnknownRecommendation
from bandit.simulation import SimulatedStep, regret, simulate
from bandit.store import FeedbackStore

__all__ = [
    "DECAY",
    "ArmStats",
    "Choice",
    "EpsilonGreedy",
    "FeedbackStore",
    "Policy",
    "Rating",
    "Recommendation",
    "SimulatedStep",
    "Step",
    "UnknownRecommendation",
    "epsilon_after",
    "regret",
    "simulate",
]
