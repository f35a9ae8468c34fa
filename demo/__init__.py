"""The demo catalogue: invented films with posters drawn from scratch.

Nothing here exists: titles, people, companies, years and ratings are made up.
"""

from demo.films import DEFAULT_COUNT, DEFAULT_SEED, DemoFilm, films
from demo.importing import import_demo, is_drawn
from demo.poster import draw

__all__ = ["DEFAULT_COUNT", "DEFAULT_SEED", "DemoFilm", "draw", "films", "import_demo", "is_drawn"]
