"""Stored posters read by a model: in order, once each, with an impression along the way."""

from collections import Counter

import numpy as np
import pytest
from sqlalchemy import delete

from catalog.database import writing
from catalog.files import PosterFiles
from catalog.images import decode
from catalog.models import PosterImpression
from catalog.records import CatalogError, PosterCard
from onesheet.instance import Instance


@pytest.fixture
def cards(instance: Instance) -> list[PosterCard]:
    return instance.catalog.all_cards()[:20]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each file was opened."""
    counted: Counter[str] = Counter()
    image = PosterFiles.image

    def counting(files: PosterFiles, digest: str) -> object:
        counted[digest] += 1
        return image(files, digest)

    monkeypatch.setattr(PosterFiles, "image", counting)
    return counted


def forget_impressions(instance: Instance) -> None:
    with writing(instance.engine) as session:
        session.execute(delete(PosterImpression))


def test_embeddings_are_the_models_in_the_cards_order(
    instance: Instance, cards: list[PosterCard]
) -> None:
    embedder = instance.embedder()
    found = instance.posters.embeddings(embedder, cards[::-1])
    images = [decode(instance.catalog.poster_path(c.content_hash).read_bytes()) for c in cards]
    np.testing.assert_allclose(found[::-1], embedder.read(images).embeddings, atol=1e-4)


def test_an_impression_is_made_along_the_way_by_opening_each_file_once(
    instance: Instance, cards: list[PosterCard], opened: Counter[str]
) -> None:
    forget_impressions(instance)
    instance.posters.embeddings(instance.embedder(), cards)
    assert set(instance.impressions.kept(opened)) == {card.content_hash for card in cards}
    assert set(opened.values()) == {1}


def test_without_a_look_no_impression_is_made(instance: Instance, cards: list[PosterCard]) -> None:
    forget_impressions(instance)
    hashes = [card.content_hash for card in cards]
    instance.posters.by_hash(instance.embedder(), hashes, look=False)
    assert instance.impressions.kept(hashes) == {}


def test_a_file_that_is_missing_or_damaged_is_told_of_by_its_film(
    instance: Instance, cards: list[PosterCard]
) -> None:
    instance.catalog.poster_path(cards[3].content_hash).unlink()
    with pytest.raises(CatalogError, match=f"{cards[3].imdb_id} .* is missing"):
        instance.posters.embeddings(instance.embedder(), cards)
    instance.catalog.poster_path(cards[3].content_hash).write_bytes(b"torn")
    with pytest.raises(CatalogError, match=f"{cards[3].imdb_id} .* is damaged"):
        instance.posters.embeddings(instance.embedder(), cards)


def test_what_can_be_read_is_read_beside_what_cannot(
    instance: Instance, cards: list[PosterCard], opened: Counter[str]
) -> None:
    whole = instance.posters.embeddings(instance.embedder(), cards)
    opened.clear()
    for row in (0, 9):
        instance.catalog.poster_path(cards[row].content_hash).unlink()
    found = instance.posters.readable(instance.embedder(), cards)
    kept = [row for row in range(len(cards)) if row not in (0, 9)]
    assert found.cards == [cards[row] for row in kept]
    np.testing.assert_allclose(found.embeddings, whole[kept], atol=1e-4)
    for row, sentence in zip((0, 9), found.unreadable, strict=True):
        assert cards[row].imdb_id in sentence
    assert max(opened.values()) == 1


def test_where_nothing_can_be_read_nothing_is(instance: Instance, cards: list[PosterCard]) -> None:
    for card in cards:
        instance.catalog.poster_path(card.content_hash).unlink()
    found = instance.posters.readable(instance.embedder(), cards)
    assert (found.cards, len(found.unreadable)) == ([], len(cards))
    assert found.embeddings.shape == (0, instance.embedder().dimensions)


def test_palettes_of_posters_without_an_impression_are_looked_at(
    instance: Instance, cards: list[PosterCard]
) -> None:
    before = instance.posters.palettes(cards)
    forget_impressions(instance)
    assert instance.posters.palettes(cards) == before
    forget_impressions(instance)
    instance.catalog.poster_path(cards[0].content_hash).unlink()
    assert instance.posters.palettes(cards)[0] == ()


def test_no_bar_is_drawn_for_no_poster(
    instance: Instance, cards: list[PosterCard], capsys: pytest.CaptureFixture[str]
) -> None:
    embedder = instance.embedder()
    none = instance.posters.readable(embedder, [])
    assert none.embeddings.shape == (0, embedder.dimensions)
    assert capsys.readouterr().err == ""
    instance.posters.readable(embedder, cards)
    assert "Reading posters: 100%" in capsys.readouterr().err
