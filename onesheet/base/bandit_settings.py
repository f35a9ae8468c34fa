"""How an operator has the bandit choose, from the environment; each default is stated here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bandit import DECAY, Policy, PolicyName, epsilon_after, policy
from onesheet.base.settings import SettingsError, switch

POLICY_VARIABLE = "ONESHEET_POLICY"
DECAY_VARIABLE = "ONESHEET_DECAY"
SHARED_CREDIT_VARIABLE = "ONESHEET_SHARED_CREDIT"


@dataclass(frozen=True)
class BanditSettings:
    """`decay` is heeded by epsilon-greedy alone. With `shared_credit` a rating counts for every
    arm that would have shown the same films."""

    policy: PolicyName = PolicyName.EPSILON_GREEDY
    decay: float = DECAY
    shared_credit: bool = False

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> BanditSettings:
        """Raises SettingsError. What is unset or empty stays as it is by default."""
        said = {name: text.strip() for name, text in environment.items() if text.strip()}
        return cls(
            policy=_policy(said.get(POLICY_VARIABLE, cls.policy)),
            decay=_decay(said.get(DECAY_VARIABLE, str(cls.decay))),
            shared_credit=switch(
                SHARED_CREDIT_VARIABLE, said.get(SHARED_CREDIT_VARIABLE), cls.shared_credit
            ),
        )

    def over(self, arms: tuple[str, ...]) -> Policy:
        return policy(self.policy, arms, self.decay)


def _policy(text: str) -> PolicyName:
    try:
        return PolicyName(text.casefold())
    except ValueError as error:
        names = ", ".join(PolicyName)
        raise SettingsError(f"{POLICY_VARIABLE} must be one of {names}, not {text!r}.") from error


def _decay(text: str) -> float:
    try:
        decay = float(text)
        epsilon_after(0, decay)
    except ValueError as error:
        message = f"{DECAY_VARIABLE} must be a positive number of ratings, not {text!r}."
        raise SettingsError(message) from error
    return decay
