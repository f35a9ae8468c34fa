"""Invented people and companies, and the small print they are credited in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_FIRST = [
    "Anselma",
    "Tobin",
    "Ines",
    "Corwin",
    "Marit",
    "Desmond",
    "Yara",
    "Lucan",
    "Philippa",
    "Teodor",
    "Nadja",
    "Ambrose",
    "Zelie",
    "Hollis",
    "Ottoline",
    "Rafe",
    "Saskia",
    "Emeka",
    "Linnea",
    "Cyrus",
    "Beatrix",
    "Jorun",
    "Amadou",
    "Verity",
    "Lorcan",
    "Mireille",
    "Stellan",
    "Priya",
    "Gideon",
    "Isolde",
    "Haruto",
    "Faye",
    "Matthias",
    "Rosamund",
    "Ewan",
    "Leocadia",
    "Silas",
    "Tamsin",
    "Bruno",
    "Aurelie",
]
_LAST = [
    "Kestrelby",
    "Marr",
    "Valdez-Ruhl",
    "Ostrander",
    "Bellamy-Cole",
    "Thorne",
    "Ibekwe",
    "Falkenrath",
    "Moreau-Lind",
    "Pike",
    "Castellane",
    "Dray",
    "Winterbourne",
    "Sato-Reyes",
    "Halloway",
    "Kaspersen",
    "Lundmark",
    "Adeyemi",
    "Fairweather",
    "Roche",
    "Stavros",
    "Pell",
    "Quennell",
    "Varga",
    "Hartigan",
    "Noonan",
    "Brisbois",
    "Lamarque",
    "Tolland",
    "Yarrow",
    "Eklund",
    "Sorrento",
    "Grieve",
    "Amari",
    "Delafield",
    "Wick",
    "Hesse",
    "Morwenna",
    "Calder",
    "Trask",
]
_COMPANIES = [
    "Meridian Pictures",
    "Lantern Films",
    "Harbourlight",
    "Nine Elms Pictures",
    "Palladio Film",
    "Blue Heron",
    "Northgate Studios",
    "Vesper Pictures",
    "Longacre Films",
    "Silver Birch",
    "Tidewater",
    "Falcon Court Productions",
]


@dataclass(frozen=True)
class Credits:
    """Who made an invented film; nobody in it exists."""

    director: str
    cast: tuple[str, ...]
    writer: str
    music: str
    camera: str
    company: str

    @property
    def maker(self) -> str:
        return f"A film by {self.director}"

    @property
    def names(self) -> str:
        return "   ".join(self.cast)

    def billing(self, title: str, year: int) -> tuple[str, ...]:
        """Three lines of small print."""
        return (
            f"{self.company} presents  {self.maker}  {title}  starring {self.cast[0]}",
            f"{'  '.join(self.cast[1:])}  music by {self.music}  photographed by {self.camera}",
            f"written by {self.writer}  directed by {self.director}  {year}",
        )


def credits(rng: np.random.Generator) -> Credits:
    """A new set of people."""
    first = rng.permutation(len(_FIRST))
    last = rng.permutation(len(_LAST))
    people = [f"{_FIRST[a]} {_LAST[b]}" for a, b in zip(first[:7], last[:7], strict=True)]
    company = _COMPANIES[int(rng.integers(0, len(_COMPANIES)))]
    return Credits(people[0], tuple(people[1:4]), people[4], people[5], people[6], company)
