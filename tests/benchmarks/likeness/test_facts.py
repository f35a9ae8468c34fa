"""What a fitted likeness tells of its grades is what the page about it all reads."""

from dataclasses import replace

from benchmarks.likeness.__main__ import SHOWN_ERROR, _facts
from tests.tiny_model import tiny_card, tiny_likeness
from webapp.presenting.model_facts import measured


def test_what_is_written_of_the_grades_is_what_the_page_reads() -> None:
    facts = _facts({}, {}, {SHOWN_ERROR: (0.0417, 0.03, 0.06)})
    card = replace(tiny_card("tiny"), likeness=replace(tiny_likeness(), facts=facts))
    assert measured(card) == [("Likeness", "off by 4% on average, of pairs a search shows")]
    assert set(tiny_likeness().facts) <= set(facts)  # by which test_about.py holds the page
