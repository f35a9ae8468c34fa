"""What the bandit knows, and simulations of it, as the JSON API has them."""

from __future__ import annotations

from onesheet.learning.simulator import RUNS, Scenario, curves
from onesheet.recommending.answers import BanditState
from webapp.schemas.bandit_answers import ArmAnswer, BanditAnswer, CurveAnswer, SimulationAnswer


def bandit_answer(state: BanditState) -> BanditAnswer:
    """The bandit's present state as the API and `onesheet bandit show --json` give it."""
    return BanditAnswer(
        arms=[
            ArmAnswer(
                **vars(arm),
                value=arm.value,
                chance_to_be_best=state.best[arm.arm],
                chance_to_be_picked=state.chances[arm.arm],
            )
            for arm in state.arms
        ],
        rated=state.rated,
        policy=state.policy.name.value,
        epsilon=state.epsilon,
        decay=getattr(state.policy, "decay", None),
        shared_credit=state.shared,
        model=state.model,
    )


def simulation_answer(scenario: Scenario) -> SimulationAnswer:
    """The scenario and its curves as the API gives them."""
    return SimulationAnswer(
        scenario=scenario,
        runs=RUNS,
        uniform=scenario.uniform_regret,
        policies=[
            CurveAnswer(
                policy=curve.policy.value,
                shared_credit=curve.shared,
                ratings=curve.ratings,
                regret=curve.regret,
                standard_error=curve.error,
                best_picked=curve.best,
            )
            for curve in curves(scenario)
        ],
    )
