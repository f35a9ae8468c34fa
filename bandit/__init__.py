"""A bandit whose state is the record of its recommendations and ratings."""

from bandit.earnings import STRETCH, Earnings, earnings
from bandit.epsilon_greedy import DECAY, EpsilonGreedy, epsilon_after
from bandit.merge import MergeOutcome, merge_record
from bandit.policies import policy
from bandit.policy import ArmStats, Choice, Policy, PolicyName, best_by_value
from bandit.posterior import Interval, chances_of_best, credible_interval
from bandit.progress import Group, LearningPoint, RecordVersion
from bandit.recommendation import (
    PayloadCodec,
    Rating,
    Recommendation,
    RedactedRecommendation,
    UnknownRecommendation,
)
from bandit.simulation import RatedAnswer, ReplayedStep, SimulatedStep, regret, replay, simulate
from bandit.store import FeedbackStore
from bandit.thompson import ThompsonSampling
from bandit.ucb import UCB1

__all__ = [
    "DECAY",
    "STRETCH",
    "UCB1",
    "ArmStats",
    "Choice",
    "Earnings",
    "EpsilonGreedy",
    "FeedbackStore",
    "Group",
    "Interval",
    "LearningPoint",
    "MergeOutcome",
    "PayloadCodec",
    "Policy",
    "PolicyName",
    "RatedAnswer",
    "Rating",
    "Recommendation",
    "RecordVersion",
    "RedactedRecommendation",
    "ReplayedStep",
    "SimulatedStep",
    "ThompsonSampling",
    "UnknownRecommendation",
    "best_by_value",
    "chances_of_best",
    "credible_interval",
    "earnings",
    "epsilon_after",
    "merge_record",
    "policy",
    "regret",
    "replay",
    "simulate",
]
