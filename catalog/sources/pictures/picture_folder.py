"""Pictures in a folder, at any depth: a heap of images, or a media server's library.

A media library has a folder a film, or films side by side, with the poster named for the film or
for its place (`poster.jpg`, `folder.jpg`, `Heat (1995)-poster.jpg`) and an .nfo file; any other
picture is the poster of a film that its name tells.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from catalog.records import CatalogError, MovieRecord
from catalog.sources.pictures.files import FolderContents, picture_stem, poster_reader
from catalog.sources.pictures.film_names import NamedFilm, film_id, film_named
from catalog.sources.pictures.nfo import NfoFilm, nfo_film
from catalog.sources.source import FirstTold, SourceFilm, SourceNotes, names_listed, number_of

_FOLDER_POSTERS: Final = ("poster", "movie-poster", "folder", "cover", "movie", "default")
"""Names of a folder's poster, the best first; of several only the best is taken."""
_NUMBERED_POSTER: Final = re.compile(r"(?:poster|cover|folder)[-_ ]?\d+")
_POSTER_OF: Final = re.compile(r"(.+?)[-_. ]poster(?:[-_ ]?\d+)?", re.IGNORECASE)
_OTHER_ART: Final = re.compile(
    r"(?:.*[-_. ])?(?:fanart|backdrop|background|banner|logo|clearlogo|clearart|landscape|thumb"
    r"|disc|discart|cdart|keyart|characterart|season[\w-]*poster)\d*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Placed:
    """A picture, the name that tells its film, and the .nfo file that knows it."""

    picture: Path
    name: str
    nfo: Path | None


class PictureFolder:
    """Films by the pictures of a folder."""

    name = "folder"
    at_once = 1

    def __init__(self, contents: FolderContents) -> None:
        """Raises `CatalogError` where the folder has no picture that may be a poster."""
        self._contents = contents
        self._other_art = 0
        self._collections: set[Path] = set()
        """Folders of films' folders, whose poster is of them all."""
        self._placed = list(self._place())
        if not self._placed:
            passed = f"; passed over: {contents.passed_over[0]}" if contents.passed_over else ""
            raise CatalogError(f"there are no films in {contents.root}: no pictures{passed}")

    def description(self) -> Sequence[str]:
        """See `FilmSource`."""
        known = sum(each.nfo is not None for each in self._placed)
        root, count = self._contents.root, len(self._placed)
        lines = [f"{number_of(count, 'picture')} in {root}, named by their films."]
        if known:
            lines = [
                f"A media library in {root}: {number_of(count, 'poster')}, {known} of them with an "
                ".nfo file."
            ]
        if self._other_art:
            lines.append(
                f"Left alone: {number_of(self._other_art, 'other picture')} of those films."
            )
        if self._contents.tables:
            named = names_listed([self._contents.name(each) for each in self._contents.tables])
            lines.append(f"Left alone: {named}; where that has films, name it with --columns.")
        return lines

    def count(self) -> int:
        """See `FilmSource`."""
        return len(self._placed) + len(self._contents.passed_over)

    def films(self, notes: SourceNotes) -> Iterator[SourceFilm]:
        """See `FilmSource`."""
        notes.skipped += self._contents.passed_over
        told = FirstTold()
        for placed in self._placed:
            where = self._contents.name(placed.picture)
            try:
                record = self._record(placed, notes, where)
            except CatalogError as error:
                notes.skipped.append(f"{where}: {error}")
            else:
                yield told.agreed(SourceFilm(where, record, poster_reader(placed.picture)))

    def _record(self, placed: _Placed, notes: SourceNotes, where: str) -> MovieRecord:
        named = film_named(placed.name)
        nfo = NfoFilm() if placed.nfo is None else nfo_film(placed.nfo)
        notes.warnings += [f"{where}: its .nfo file: {warning}" for warning in nfo.warnings]
        notes.unknown_genres.update(nfo.unknown_genres)
        title, year = nfo.title or named.title, nfo.year or named.year
        imdb_id, tmdb_id = nfo.imdb_id or named.imdb_id, nfo.tmdb_id or named.tmdb_id
        place = self._contents.name(placed.picture.parent)
        own_id = imdb_id or (f"tmdb-{tmdb_id}" if tmdb_id else film_id(title, year, place))
        return MovieRecord(
            imdb_id=own_id,
            tmdb_id=tmdb_id,
            title=(title or own_id)[:500],
            year=year,
            rating=nfo.rating,
            votes=nfo.votes,
            genres=nfo.genres,
            split=None,
        )

    def _place(self) -> Iterator[_Placed]:
        folders: dict[Path, list[Path]] = {}
        for picture in self._contents.pictures:
            folders.setdefault(picture.parent, []).append(picture)
        of_films = {folder.parent for folder in folders if self._is_film_folder(folder)}
        self._collections = {each for each in of_films if not self._is_film_folder(each)}
        for folder, pictures in folders.items():
            found = list(self._placed_in(folder, pictures))
            self._other_art += len(pictures) - len(found)
            yield from found

    def _placed_in(self, folder: Path, pictures: Sequence[Path]) -> Iterator[_Placed]:
        if any(
            nfo.stem.casefold() == "tvshow" for nfo in self._contents.nfos.get(folder.parent, ())
        ):
            return  # a season of a series
        films = [p for p in pictures if not _OTHER_ART.fullmatch(picture_stem(p))]
        named = {p: match[1] for p in films if (match := _POSTER_OF.fullmatch(picture_stem(p)))}
        named = {
            p: base
            for p, base in named.items()
            if picture_stem(p).casefold() not in _FOLDER_POSTERS
        }
        ranked = [p for p in films if picture_stem(p).casefold() in _FOLDER_POSTERS]
        files = self._contents.film_folders.get(folder, set()) - {"movie"}
        side_by_side = len(files) > 1 and not self._tells_a_film(folder)
        several = len(set(named.values())) > 1 or side_by_side or folder in self._collections
        best = min(
            ranked, key=lambda p: _FOLDER_POSTERS.index(picture_stem(p).casefold()), default=None
        )
        if best is not None and not several:
            yield _Placed(best, self._folder_name(folder), self._nfo(folder, None))
        if named and (best is None or several):
            for picture, base in named.items():
                yield _Placed(picture, base, self._nfo(folder, base))
        one_film = self._is_film_folder(folder) and (best is not None or bool(named))
        for picture in films:
            if picture in named or picture in ranked:
                continue
            if best is not None and _NUMBERED_POSTER.fullmatch(picture_stem(picture).casefold()):
                yield _Placed(picture, self._folder_name(folder), self._nfo(folder, None))
            elif not one_film or (side_by_side and picture_stem(picture).casefold() in files):
                yield _Placed(
                    picture, picture_stem(picture), self._nfo(folder, picture_stem(picture))
                )

    def _is_film_folder(self, folder: Path) -> bool:
        return folder in self._contents.film_folders or self._tells_a_film(folder)

    def _tells_a_film(self, folder: Path) -> bool:
        told: NamedFilm = film_named(self._folder_name(folder))
        return told.year is not None or told.imdb_id is not None or told.tmdb_id is not None

    def _folder_name(self, folder: Path) -> str:
        return folder.resolve().name if folder == self._contents.root else folder.name

    def _nfo(self, folder: Path, base: str | None) -> Path | None:
        """The .nfo file of a film: by its name; for a folder's film movie.nfo, or the only one."""
        nfos = self._contents.nfos.get(folder, [])
        wanted = "movie" if base is None else base.casefold()
        for nfo in nfos:
            if nfo.stem.casefold() == wanted:
                return nfo
        if len(nfos) == 1 and (base is None or nfos[0].stem.casefold() == "movie"):
            return nfos[0]
        return None
