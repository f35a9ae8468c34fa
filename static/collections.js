// Films kept in collections, in this browser only; any element with data-keep puts one into the
// open collection or takes it out.

import { around, filled, part, partAs, parts, words } from "./parts.js";

const KEY = "onesheet-collections";
// Where the films were when there was one list without a name. What is still kept there is taken up.
const FORMER_KEY = "onesheet-shortlist";
const SHOWN_FOR = 8000;
const keptIn = part(document, "[data-kept-in]");
/** @type {number | undefined} */
let hiding;
/** @type {KeptFilm | null} */
let latest = null;

/** @returns {FilmCollections} */
export function collections() {
  const found = read();
  const former = parsed(FORMER_KEY);
  const films = Array.isArray(former) ? former.filter(whole) : [];
  if (!films.length) return found;
  const [first] = found.all;
  const known = new Set(first.films.map(({ poster }) => poster));
  first.films.push(...films.filter(({ poster }) => !known.has(poster)));
  if (write(found)) localStorage.removeItem(FORMER_KEY);
  return found;
}

// Whether it is kept: where the browser keeps nothing it is said, once while it stands there, and
// buttons stay as they were.
/** @param {FilmCollections} changed */
export function save(changed) {
  const kept = write(changed);
  mark();
  const { sayUnkept } = words(keptIn);
  const said = !keptIn.hidden && part(keptIn, "[role=status]").textContent === sayUnkept;
  if (kept) keptIn.hidden ||= said;
  else if (said) hideSoon();
  else tell(sayUnkept, false);
  return kept;
}

/** @param {FilmCollections} from */
export function opened({ open, all }) {
  return all.find(({ id }) => id === open) ?? all[0];
}

/** @returns {Omit<FilmCollection, "id">} */
export function blank(name = "") {
  return { name, note: "", searches: false, films: [] };
}

// A new collection after the others, which is open from now on.
/** @param {FilmCollections} to @param {Omit<FilmCollection, "id">} made */
export function add(to, made) {
  const id = String(Math.max(0, ...to.all.map((each) => Number.parseInt(each.id, 10) || 0)) + 1);
  to.all.push({ id, ...made });
  to.open = id;
}

// What is kept of a film that the server told of.
/** @param {Film} film @returns {KeptFilm} */
export function keepable({ poster_id, content_hash, ...film }) {
  const { width, height, imdb_id, imdb_url, title, year, rating, genres } = film;
  return {
    id: poster_id,
    poster: content_hash,
    width,
    height,
    imdb_id,
    imdb_url,
    title,
    year,
    rating,
    genres,
  };
}

// Tells every button whether its film is kept; to be called where new buttons came.
export function mark() {
  const now = collections();
  const posters = new Set(opened(now).films.map((film) => film.poster));
  for (const button of parts(document, "[data-keep]")) {
    button.ariaPressed = String(posters.has(JSON.parse(words(button).keep).content_hash));
  }
  const all = new Set(now.all.flatMap(({ films }) => films.map((film) => film.poster)));
  for (const count of parts(document, "[data-kept-count]")) {
    count.textContent = String(all.size || "");
  }
  document.dispatchEvent(new CustomEvent("collections", { detail: now }));
}

// Whether another tab has changed what is kept here.
/** @param {StorageEvent} event */
export function isOfCollections({ key }) {
  return key === KEY || key === FORMER_KEY;
}

document.addEventListener("click", (event) => {
  const button = around(event, "[data-keep]");
  if (!button) return;
  const film = keepable(JSON.parse(words(button).keep));
  const search = searchedWith();
  const now = collections();
  const collection = opened(now);
  const others = without(collection, film);
  const taken = others.length < collection.films.length;
  collection.films = taken ? others : [...others, search ? { ...film, search } : film];
  latest = taken ? null : film;
  if (save(now)) tellWhere(now);
});
window.addEventListener("storage", (event) => isOfCollections(event) && mark());
window.addEventListener("pageshow", mark);
part(keptIn, "select").addEventListener("change", ({ target }) => {
  if (target instanceof HTMLSelectElement) moveLatest(target.value);
});
keptIn.addEventListener("focusout", hideSoon);
mark();

/** @param {FilmCollection} collection @param {KeptFilm} film */
function without({ films }, film) {
  return films.filter((each) => each.poster !== film.poster);
}

// The poster that the page in hand is about, where it can be found again.
/** @returns {SearchedPoster | null} */
function searchedWith() {
  const about = document.querySelector("[data-search-of]");
  return about instanceof HTMLElement ? JSON.parse(words(about).searchOf) : null;
}

// Where there are several collections, the one that a film went into is said, and another offered.
/** @param {FilmCollections} now */
function tellWhere(now) {
  keptIn.hidden = !latest || now.all.length < 2;
  if (keptIn.hidden) return;
  const { first, say } = words(keptIn);
  const choice = partAs(HTMLSelectElement, keptIn, "select");
  choice.replaceChildren(
    ...now.all.map(({ id, name }) => new Option(name || first, id, false, id === now.open)),
  );
  tell(filled(say, { name: opened(now).name || first }), true);
}

// Beside the choice of another, who sees reads where a film went: the sentence is for who listens.
/** @param {string} sentence @param {boolean} choosing */
function tell(sentence, choosing) {
  const says = part(keptIn, "[role=status]");
  keptIn.hidden = false;
  says.classList.toggle("unseen", choosing);
  part(keptIn, "label").hidden = !choosing;
  says.textContent = sentence;
  hideSoon();
}

function hideSoon() {
  clearTimeout(hiding);
  hiding = setTimeout(() => {
    if (!keptIn.matches(":hover, :focus-within")) keptIn.hidden = true;
    else hideSoon();
  }, SHOWN_FOR);
}

/** @param {string} id */
function moveLatest(id) {
  const now = collections();
  const film = latest;
  const to = now.all.find((each) => each.id === id);
  if (!film || !to) return;
  const from = opened(now);
  const moved = from.films.find(({ poster }) => poster === film.poster) ?? film;
  from.films = without(from, film);
  to.films = [...without(to, film), moved];
  now.open = id;
  if (save(now)) tellWhere(now);
}

/** @returns {FilmCollections} */
function read() {
  const found = /** @type {Partial<FilmCollections> | null} */ (parsed(KEY));
  const all = (Array.isArray(found?.all) ? found.all : [])
    .filter((each) => each?.id && Array.isArray(each.films))
    .map((each) => ({ ...each, films: each.films.filter(whole) }));
  if (!all.length) all.push({ id: "1", ...blank() });
  return { open: found?.open ?? all[0].id, all };
}

/** @param {FilmCollections} changed */
function write(changed) {
  try {
    localStorage.setItem(KEY, JSON.stringify(changed));
    return true;
  } catch {
    return false;
  }
}

/** @param {string} key @returns {unknown} */
function parsed(key) {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null");
  } catch {
    return null;
  }
}

/** @param {KeptFilm} film */
function whole(film) {
  return Boolean(film?.poster && film.title);
}
