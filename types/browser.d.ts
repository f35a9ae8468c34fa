// What the scripts of static/ share: shapes of data, and what Plotly is used for.

type Place = [x: number, y: number];
type Box = [left: number, top: number, right: number, bottom: number];
type Colour = [red: number, green: number, blue: number];

/** A film as the JSON API has it: webapp/schemas/films.py. */
interface Film {
  poster_id: number;
  imdb_id: string;
  title: string;
  year: number | null;
  rating: number | null;
  genres: string[];
  content_hash: string;
  width: number;
  height: number;
  poster_url: string;
  thumbnail_url: string;
  imdb_url: string | null;
}

/** A poster that was searched with, by its answer's id. */
interface SearchedPoster {
  id: string;
  title: string;
  picture: string;
  width: number;
  height: number;
}

/** What a collection keeps of a film: `id` is its poster's number, `poster` the image's hash,
 * `search` what it was found by. */
interface KeptFilm {
  id: number;
  poster: string;
  width: number;
  height: number;
  imdb_id: string;
  imdb_url: string | null;
  title: string;
  year: number | null;
  rating: number | null;
  genres: string[];
  note?: string;
  search?: SearchedPoster;
}

/** Films kept under a name; the first, which once was the only one, may have none. With `searches`
 * the posters that its films were found by are shown before them. */
interface FilmCollection {
  id: string;
  name: string;
  note: string;
  searches: boolean;
  films: KeptFilm[];
}

/** All of a browser's collections, at least one; films are kept in the one that is `open`. */
interface FilmCollections {
  open: string;
  all: FilmCollection[];
}

/** A collection as the page of a shared one hands it over. */
interface SharedCollection {
  name: string;
  note: string;
  searches: boolean;
  films: { film: Film; note: string; search: SearchedPoster | null }[];
}

/** A search of this browser: `look` a data URI of some pixels or nothing, `until` an ISO 8601 time. */
interface RecentSearch {
  id: string;
  title: string;
  look: string;
  until: string | null;
}

interface SuggestedFilm {
  sample: number;
  title: string;
  year: number | null;
  thumbnail_url: string;
}

interface Suggestions {
  says: string;
  films: SuggestedFilm[];
}

/** The film lit everywhere, by its poster's number. */
interface Lit {
  pointed: number | null;
  chosen: number | null;
  lit: number | null;
}

/** What a hover card tells; `place` is a result's number among the five, 0 or null for none. */
interface CardFacts {
  title: string;
  facts: string;
  picture: string;
  place: number | null;
}

/** A grid of 0 to 1 over a poster, top row first. */
type Pull = number[][];

interface Nearness {
  query: { pull: Pull };
  result: { pull: Pull };
  alike: string;
  where: string;
}

interface GenrePlace {
  query: { pull: Pull };
  says: string;
}

/** The map's posters, a row each; rows ascend by `ids`. */
interface Points {
  count: number;
  side: number;
  genreNames: string[];
  ids: Uint32Array;
  genres: Uint32Array;
  x: Uint16Array;
  y: Uint16Array;
  years: Uint16Array;
  ratings: Uint8Array;
}

/** What an answer's map marks: where the query lies, and its five's posters. */
interface MapQuery {
  place: Place;
  results: number[];
}

/** Which way points are shown: map units to pixels. */
interface Scaled {
  scale: number;
  left: number;
  top: number;
}

interface KindEntry {
  name: string;
  colour: string;
}

/** A kind for each row, and for each kind its name and the custom property of its colour. */
interface Kinds {
  entries: KindEntry[];
  of: Uint8Array;
  has(row: number, kind: number): boolean;
}

/** How points are painted: a kind a row, a colour a kind; `lit` has 1 for rows that stand out. */
interface Colours {
  kinds: Uint8Array;
  colours: Colour[];
  lit: Uint8Array | null;
  ground: Colour;
}

/** What a map does when somebody points, moves and chooses; places are CSS pixels. */
interface MapActs {
  moved(): void;
  pointAt(x: number, y: number): void;
  leave(): void;
  /** Without a place where the choice is given up. */
  choose(x?: number, y?: number): void;
  step(across: number, down: number): void;
  /** Whether the wheel zooms a map that has not the focus. */
  freeWheel: boolean;
}

interface PlotlyAxis {
  _offset: number;
  d2p(value: number): number;
}

type PlotlyFilm = [id: number, title: string, facts: string, picture: string, place: number | null];

interface PlotlyPoint {
  customdata: PlotlyFilm;
  x: number;
  y: number;
  xaxis: PlotlyAxis;
  yaxis: PlotlyAxis;
}

interface PlotlyCanvas extends HTMLElement {
  data: { marker: { size: number }; customdata: PlotlyFilm[] }[];
  on(event: string, listener: (event: { points: PlotlyPoint[] }) => void): void;
}

interface PlotlyFigure {
  data: object[];
  layout: object;
}

interface PlotlyLibrary {
  newPlot(
    canvas: HTMLElement,
    data: object[],
    layout: object,
    config: object,
  ): Promise<PlotlyCanvas>;
  react(canvas: HTMLElement, data: object[], layout: object): void;
  restyle(canvas: HTMLElement, change: object, traces: number[]): void;
}

interface Window {
  Plotly: PlotlyLibrary;
}

interface DocumentEventMap {
  /** The films kept have changed. */
  collections: CustomEvent<FilmCollections>;
}
