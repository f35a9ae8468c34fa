import pytest

from webapp.resources import TYPEFACE, resources, typeface_folder


@pytest.mark.parametrize(("name", "file"), [("templates", "base.html"), ("static", "tokens.css")])
def test_templates_and_static_files_are_found(name: str, file: str) -> None:
    assert (resources(name) / file).is_file()


def test_the_typeface_has_its_files() -> None:
    assert all((typeface_folder() / name).is_file() for name in TYPEFACE)
