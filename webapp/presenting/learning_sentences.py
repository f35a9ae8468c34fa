"""What the bandit has learned so far, in sentences."""

from __future__ import annotations

from bandit import PolicyName, credible_interval
from onesheet.base.texts import marked
from onesheet.recommending.answers import Answer, BanditState
from webapp.text.translation import gettext as _
from webapp.text.wording import arm_name, capital, count, listed, percent, signed

SURELY_BEST = 0.98
"""A chance to be the best from which it is no longer too early to tell."""
DRAFT_RATED = marked(
    "Thank you. All drafts of a comparison are searched by one distance, so your rating is kept "
    "but not credited to it."
)


def summary(state: BanditState) -> str:
    """The state in one plain sentence."""
    if not state.rated:
        return _("Nothing is rated yet, so each search picks one of the three distances at random.")
    ratings = count(state.rated, "rating")
    names = listed([arm_name(arm) for arm in state.leaders])
    if len(state.leaders) > 1:
        value = signed(state.of(state.leaders[0]).value)
        return _(
            "After %(ratings)s it is too early to tell: %(arms)s are level at %(value)s.",
            ratings=ratings,
            arms=names,
            value=value,
        )
    if not _parted(state):
        return _(
            "After %(ratings)s it is too early to tell: %(arm)s leads, and the chance that it is "
            "best is %(chance)s.",
            ratings=ratings,
            arm=names,
            chance=percent(state.best[state.leaders[0]]),
        )
    return _(
        "After %(ratings)s %(arm)s leads; the chance that it is best is %(chance)s.",
        ratings=ratings,
        arm=names,
        chance=percent(state.best[state.leaders[0]]),
    )


def _parted(state: BanditState) -> bool:
    """Whether the leader's interval lies above all others, or it is as good as sure to be best:
    intervals may still touch where another has few ratings."""
    if state.best[state.leaders[0]] >= SURELY_BEST:
        return True
    intervals = {each.arm: credible_interval(each) for each in state.arms}
    first = intervals.pop(state.leaders[0])
    return all(first.low > other.high for other in intervals.values())


def reason(state: BanditState, arm: str) -> str:
    """Why the arm has the chance of being picked next that it has."""
    match state.policy.name:
        case PolicyName.EPSILON_GREEDY:
            return _reason_of_greed(state, arm)
        case PolicyName.UCB1:
            return _reason_of_hope(state, arm)
        case PolicyName.THOMPSON:
            return _("as often as it is likely to be the best")


def _reason_of_greed(state: BanditState, arm: str) -> str:
    share = percent(state.epsilon / len(state.arms))
    if not state.rated:
        return _("nothing is rated yet, so all are tried at random")
    if arm not in state.leaders:
        return _("only as one of the random picks")
    if not state.of(arm).credits:
        return _("not rated yet, which counts as 0, and %(share)s from random picks", share=share)
    if len(state.leaders) > 1:
        return _("level with the best, and %(share)s from random picks", share=share)
    return _("best average so far, and %(share)s from random picks", share=share)


def _reason_of_hope(state: BanditState, arm: str) -> str:
    if not state.chances[arm]:
        return _("another could still be better")
    if not state.of(arm).credits:
        return _("not rated yet, so it comes first")
    return _("it could still be the best")


def thanks(answer: Answer, model: str, state: BanditState) -> str:
    """What a person hears once they have rated: who chose, why, and what it taught. `model` is the
    fingerprint of the answer's own, under which its rating counts."""
    name = arm_name(answer.arm)
    if answer.draft:
        return _(DRAFT_RATED)
    if answer.forced:
        return _(
            "Thank you. You asked for %(name)s distance by name, so your rating is kept "
            "but not credited to it.",
            name=name,
        )
    if answer.query.several:
        return _(
            "Thank you. You asked about several posters together, so your rating is kept but not "
            "credited to %(name)s distance.",
            name=name,
        )
    if answer.query.crop:
        return _(
            "Thank you. You asked by a part of a poster, so your rating is kept but not credited "
            "to %(name)s distance.",
            name=name,
        )
    if not answer.credited and not answer.results:  # redacted, and with it why
        return _("Thank you. Your rating is kept but not credited to %(name)s distance.", name=name)
    if not answer.credited and answer.restrict is not False and answer.view.plain:
        return _(
            "Thank you. So many ratings came from here within a minute that they count for no "
            "distance."
        )
    if not answer.credited:
        return _(
            "Thank you. You asked for all films, so your rating is kept but not credited to "
            "%(name)s distance, which chose these five.",
            name=name,
        )
    said = (_("Thank you."), _why(answer), _taught(answer.arm, model, state))
    return " ".join(said)


def _why(answer: Answer) -> str:
    name = capital(arm_name(answer.arm))
    if not answer.explored:
        return _("%(name)s distance chose these five, because none did better so far.", name=name)
    if not answer.epsilon:
        return _("%(name)s distance chose these five, to learn more about it.", name=name)
    return _("%(name)s distance chose these five, picked at random to explore.", name=name)


def _taught(arm: str, model: str, state: BanditState) -> str:
    stats = state.of(arm)
    if model != state.model:
        return _("The model has changed since, so its average starts anew.")
    facts = {"value": signed(stats.value), "ratings": count(stats.credits, "rating")}
    if not state.epsilon:
        return _("Its average is now %(value)s after %(ratings)s.", **facts)
    return _(
        "Its average is now %(value)s after %(ratings)s, and the next search explores with a "
        "chance of %(chance)s.",
        chance=percent(state.epsilon),
        **facts,
    )
