"""A bandit whose state is the record of its recommendations and ratings."""

from bandit.epsilon_greedy import DECAY, EpsilonGreedy, epsilon_after
from bandit.policies import policy
from bandit.policy import ArmStats, Choice, Policy, PolicyName
from bandit.posterior import Interval, chances_of_best, interval
from bandit.progress import Group, Point
from bandit.recommendation import Rating, Recommendation, UnknownRecommendation
from bandit.simulation import SimulatedStep, regret, simulate
from bandit.store import FeedbackStore
from bandit.thompson import ThompsonSampling
from bandit.ucb import UCB1

__all__ = [
    "DECAY",
    "UCB1",
    "ArmStats",
    "Choice",
    "EpsilonGreedy",
    "FeedbackStore",
    "Group",
    "Interval",
    "Point",
    "Policy",
    "PolicyName",
    "Rating",
    "Recommendation",
    "SimulatedStep",
    "ThompsonSampling",
    "UnknownRecommendation",
    "chances_of_best",
    "epsilon_after",
    "interval",
    "policy",
    "regret",
    "simulate",
]
