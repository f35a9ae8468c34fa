from pathlib import Path

from onesheet.base.home import Home
from onesheet.instance import Instance


def test_an_instance_opens_nothing_before_it_is_used(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    instance = Instance(Home(home))
    instance.close()
    assert list(home.iterdir()) == []


def test_each_part_is_made_once(instance: Instance) -> None:
    assert instance.catalog is instance.catalog
    assert instance.recommender is instance.recommender
    assert instance.live() is instance.live()
    assert instance.embedder() is instance.opened().embedder
    assert instance.index() is instance.opened().index


def test_without_a_model_of_its_own_the_packaged_one_serves(tmp_path: Path) -> None:
    instance = Instance(Home(tmp_path))
    assert instance.embedder().card.name != "tiny"
    instance.close()


def test_the_home_named_is_made(tmp_path: Path) -> None:
    instance = Instance.at(tmp_path / "new")
    assert instance.home.folder == tmp_path / "new"
    assert (tmp_path / "new").is_dir()
    instance.close()
