from demo.drawing.palettes import MOODS, PALETTES
from demo.print_styles import PRINT_STYLES
from demo.scenes import SCENES, SCENES_OF
from demo.typesetting import lettering
from demo.typesetting.layouts import LAYOUTS

GENRES = {
    *("Drama", "Comedy", "Thriller", "Romance", "Action", "Horror", "Crime", "Documentary"),
    *("Adventure", "Sci-Fi", "Mystery", "Family", "Fantasy", "Animation", "War", "Western"),
    *("Musical", "Film-Noir"),
}


def test_every_genre_has_scenes_and_palettes_and_every_decade_layouts() -> None:
    assert set(SCENES_OF) == set(MOODS) == GENRES
    assert all(name in SCENES for names in SCENES_OF.values() for name in names)
    assert all(name in PALETTES for names in MOODS.values() for name in names)
    assert all(name in LAYOUTS for style in PRINT_STYLES.values() for name in style.layouts)
    assert all(face in lettering.FACES for style in PRINT_STYLES.values() for face in style.faces)
