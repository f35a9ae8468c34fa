"""The policies by the names an operator gives them."""

from collections.abc import Sequence

from bandit.epsilon_greedy import DECAY, EpsilonGreedy
from bandit.policy import Policy, PolicyName
from bandit.thompson import ThompsonSampling
from bandit.ucb import UCB1


def policy(name: PolicyName, arms: Sequence[str], decay: float = DECAY) -> Policy:
    """A policy over `arms`; `decay` is heeded by epsilon-greedy alone."""
    match name:
        case PolicyName.EPSILON_GREEDY:
            return EpsilonGreedy(arms, decay)
        case PolicyName.UCB1:
            return UCB1(arms)
        case PolicyName.THOMPSON:
            return ThompsonSampling(arms)
