"""The page's words for numbers, each said in one place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from babel import dates

from bandit import PolicyName
from onesheet.base.payload import LikenessWords
from webapp.text.translation import gettext as _
from webapp.text.translation import locale, ngettext, percentage
from webapp.text.translation import number as written

if TYPE_CHECKING:
    from onesheet.portraits.colour_census import Tint
    from onesheet.reading.readings import Intent
    from onesheet.recommending.answers import Answer

ARM_NAMES = {"cosine": "cosine", "euclidean": "Euclidean", "manhattan": "Manhattan"}
SCORE_BANDS = ("0–2", "2–4", "4–6", "6–8", "8–10")


def likeness_word(likeness: float, words: LikenessWords) -> str:
    """How alike two posters are.

    >>> words = LikenessWords(very_like=0.7, like=0.5)
    >>> [likeness_word(each, words) for each in (0.7, 0.6, 0.3, 0.1)]
    ['Very like', 'Like', 'A little like', 'Hardly like']
    """
    if likeness >= words.very_like:
        return _("Very like")
    if likeness >= words.like:
        return _("Like")
    return _("A little like") if likeness >= words.little else _("Hardly like")


def nothing_like(answer: Answer) -> bool:
    """Whether not even the likest of an answer's results is worth calling alike."""
    least = answer.likeness_words.nothing if answer.likeness_words else None
    found = [each.likeness for each in answer.results if each.likeness is not None]
    return least is not None and bool(found) and max(found) < least


def arm_name(arm: str) -> str:
    """An arm as it is written inside a sentence: two of them are people's names."""
    return ARM_NAMES.get(arm, arm)


def colour_names(tints: Iterable[Tint]) -> list[str]:
    """What the colours are called, each name once."""
    return list(dict.fromkeys(_(tint.name) for tint in tints))


def capital(text: str) -> str:
    """The text with a capital first letter, for the start of a sentence."""
    return text[:1].upper() + text[1:]


def listed(names: Sequence[str]) -> str:
    """
    >>> listed(["cosine", "Euclidean", "Manhattan"])
    'cosine, Euclidean and Manhattan'
    """
    return _(" and ").join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def either(names: Sequence[str]) -> str:
    """At most four in a list; of more, the first three and how many others.

    >>> either(["Horror"]), either(["Horror", "Crime", "Thriller"]), either(list("ABCDE"))
    ('Horror', 'Horror, Crime or Thriller', 'A, B, C or 2 other genres')
    """
    if len(names) > 4:
        names = [*names[:3], _("%(number)s other genres", number=written(len(names) - 3))]
    return _(" or ").join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def percent(share: float) -> str:
    """A share of 0-1 in whole per cent, never rounded to a certainty that it is not.

    >>> percent(0.254), percent(0.004), percent(0.998), percent(1)
    ('25%', 'under 1%', 'over 99%', '100%')
    """
    if 0 < share < 0.01:
        return _("under %(share)s", share=percentage(0.01))
    if 0.99 < share < 1:
        return _("over %(share)s", share=percentage(0.99))
    return percentage(share)


def brief(share: float) -> str:
    """The same as percent() for the end of a bar, where there is room for four characters.

    >>> brief(0.254), brief(0.004), brief(0.998), brief(0)
    ('25%', '<1%', '>99%', '0%')
    """
    if 0 < share < 0.01:
        return f"<{percentage(0.01)}"
    if 0.99 < share < 1:
        return f">{percentage(0.99)}"
    return percentage(share)


def signed(value: float) -> str:
    """An average reward in -1…+1 with its sign, by a true minus.

    >>> signed(0.425), signed(-0.5), signed(0)
    ('+0.42', '−0.50', '0')
    """
    rounded = round(value, 2)
    return written(rounded, "+0.00;−0.00") if rounded else "0"


def count(number: int, what: Literal["film", "poster", "rating"]) -> str:
    """
    >>> count(1, "rating"), count(1204, "rating"), count(0, "rating")
    ('1 rating', '1,204 ratings', 'no ratings')
    """
    said = written(number)
    match what:
        case "film":
            few = ngettext("%(number)s film", "%(number)s films", number, number=said)
            return few if number else _("no films")
        case "poster":
            few = ngettext("%(number)s poster", "%(number)s posters", number, number=said)
            return few if number else _("no posters")
        case "rating":
            few = ngettext("%(number)s rating", "%(number)s ratings", number, number=said)
            return few if number else _("no ratings")


def decade_name(decade: str, read: Iterable[str] = ()) -> str:
    """A decade by its first year; of those that a poster is `read` for, in their order, the first
    and the last stand for all before and after them too.

    >>> decade_name("2010"), decade_name("2010", ["1920", "2000", "2010"])
    ('2010s', '2010s or later')
    """
    apart = list(read)
    if decade in apart[:1]:
        return _("%(decade)ss or earlier", decade=decade)
    if decade in apart[-1:]:
        return _("%(decade)ss or later", decade=decade)
    return _("%(decade)ss", decade=decade)


def day(time: str) -> str:
    """The day of an ISO 8601 time, as the locale writes it.

    >>> day("2026-11-21T16:03:17+00:00")
    'Nov 21, 2026'
    """
    return dates.format_date(datetime.fromisoformat(time), locale=locale())


def policy_name(policy: PolicyName, shared: bool = False) -> str:
    """
    >>> policy_name(PolicyName.UCB1, shared=True)
    'UCB1, shared credit'
    """
    names = {
        PolicyName.EPSILON_GREEDY: _("Epsilon-greedy"),
        PolicyName.UCB1: _("UCB1"),
        PolicyName.THOMPSON: _("Thompson sampling"),
    }
    name = names[policy]
    return _("%(policy)s, shared credit", policy=name) if shared else name


def rating_name(rating: str) -> str:
    return {"good": _("good"), "okay": _("okay"), "bad": _("bad")}[rating]


def picked(explored: bool | None, credited: bool) -> str:
    """How a search came by its distance."""
    if explored is None:
        return _("by name, not counted")
    how = _("to explore") if explored else _("current best")
    return how if credited else _("%(how)s, not counted", how=how)


def pair(one: str, other: str) -> frozenset[str]:
    """The key of two arms in a table that knows no order."""
    return frozenset({one, other})


def agreement(overlaps: Mapping[frozenset[str], float]) -> str:
    """The pair of arms that agrees most, by posters of five, and what follows.

    >>> agreement({pair("cosine", "euclidean"): 3.94, pair("cosine", "other"): 2.0})[:50]
    'Cosine and Euclidean agree on 3.9 of 5 on average:'
    """
    most = max(overlaps, key=lambda each: overlaps[each])
    one, other = (arm_name(arm) for arm in sorted(most))
    return _(
        "%(one)s and %(other)s agree on %(shared)s of 5 on average: "
        "ratings tell them apart only where they differ.",
        one=capital(one),
        other=other,
        shared=written(overlaps[most], "0.0"),
    )


def verdict(intent: Intent) -> str:
    """Whether a poster promises what it is meant to, and what it promises besides."""
    said: str
    kept, missing, instead = listed(intent.kept), either(intent.missing), listed(intent.instead)
    if not intent.missing:
        said = _("Yes: the poster promises %(kept)s.", kept=kept)
    elif intent.kept:
        said = _(
            "In part: the poster promises %(kept)s, but not %(missing)s.",
            kept=kept,
            missing=missing,
        )
    else:
        said = _("No: the poster does not promise %(missing)s.", missing=missing)
    if not instead:
        return said
    if intent.kept:
        return f"{said} {_('It also promises %(instead)s.', instead=instead)}"
    return f"{said} {_('It promises %(instead)s instead.', instead=instead)}"


def part_of_the_map(x: float, y: float) -> str:
    """Where a poster hangs that has the shares x of all posters to its left and y above it.

    >>> part_of_the_map(0.1, 0.1), part_of_the_map(0.5, 0.5), part_of_the_map(0.9, 0.5)
    ('upper left', 'middle', 'right')
    """
    rows = 0 if y < 0.42 else 2 if y > 0.58 else 1
    columns = 0 if x < 0.42 else 2 if x > 0.58 else 1
    ninths = (
        (_("upper left"), _("upper middle"), _("upper right")),
        (_("left"), _("middle"), _("right")),
        (_("lower left"), _("lower middle"), _("lower right")),
    )
    return ninths[rows][columns]
