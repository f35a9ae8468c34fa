// The page of collections: which there are, the open one as a wall, and what can be taken along.

import { add, blank, collections, isOfCollections, opened, save } from "../collections.js";
import { filled, part, partAs, words } from "../parts.js";
import { searchesOf } from "./link.js";
import { takeAlong } from "./take-along.js";
import { Wall } from "./wall.js";

const page = part(document, "[data-collections]");
const say = words(page);
const tabs = part(page, "[data-tabs]");
const name = partAs(HTMLInputElement, page, "[data-name]");
const note = partAs(HTMLTextAreaElement, page, "[data-note]");
const searches = partAs(HTMLInputElement, page, "[data-searches]");
const undo = part(page, "[data-undo]");
/** @type {FilmCollections} */
let now = collections();
/** @type {string | null} */
let before = null;
let writing = false;
/** @type {string | null} */
let current = null; // the id of the collection that the fields tell of

const wall = new Wall(page, {
  note: (film, text) => write(() => Object.assign(found(film), { note: text })),
  shift: (film, by) => change(say.sayOrdered, () => shift(film, by)),
  move: (film, to) => takeAway(filled(say.sayMoved, { title: film.title }), () => move(film, to)),
  remove: (film) => takeAway(filled(say.sayRemoved, { title: film.title }), () => take(film)),
});

// What another tab has done since is not undone with what was done here.
window.addEventListener("storage", (event) => isOfCollections(event) && forget());
// Nor what was done on pages that were opened from here, once one comes back.
window.addEventListener("pageshow", (event) => event.persisted && forget());
window.addEventListener("hashchange", openNamed);
document.addEventListener("collections", (event) => {
  now = event.detail;
  if (!writing) render();
});
name.addEventListener("change", nameTyped);
note.addEventListener("input", () => write(() => Object.assign(opened(now), { note: note.value })));
searches.addEventListener("change", () =>
  change(say.saySearches, () => Object.assign(opened(now), { searches: searches.checked })),
);
part(page, "[data-new]").addEventListener("click", begin);
part(page, "[data-delete]").addEventListener("click", discard);
part(undo, "button").addEventListener("click", takeBack);
takeAlong(page, () => {
  const collection = opened(now);
  return { collection, title: titleOf(collection) };
});
openNamed();
render();

function render() {
  const collection = opened(now);
  const { length } = collection.films;
  tabs.replaceChildren(...now.all.map(tab));
  // What is being typed is of the collection that was open.
  const active = current === collection.id ? document.activeElement : null;
  current = collection.id;
  if (active !== name) name.value = titleOf(collection);
  if (active !== note) note.value = collection.note;
  part(page, "[data-count]").textContent = count(length);
  part(page, "[data-full]").hidden = !length;
  part(page, "[data-empty]").hidden = length > 0;
  showSearches(collection);
  const shown = collection.searches ? searchesOf(collection, Number(say.mostSearches)) : [];
  wall.show(
    collection,
    shown,
    now.all.filter((each) => each !== collection),
  );
  part(page, "[data-many]").hidden = length <= Number(say.mostFilms);
  part(page, "[data-linked]").hidden = true;
  part(page, "[data-image-told]").textContent = "";
  undo.hidden = !before;
  part(page, "[data-filled]").hidden = false;
  // A tab whose address stands already does nothing, so that address is the open one's.
  if (location.hash) history.replaceState(history.state, "", `#${collection.id}`);
}

/** @param {FilmCollection} collection */
function showSearches(collection) {
  const all = searchesOf(collection).length;
  const most = Number(say.mostSearches);
  part(page, "[data-searches-choice]").hidden = !all;
  searches.checked = collection.searches;
  part(page, "[data-searches-count]").textContent =
    all > most ? filled(say.saySome, { shown: most, all }) : "";
}

/** @param {FilmCollection} collection */
function tab(collection) {
  const made = /** @type {DocumentFragment} */ (
    partAs(HTMLTemplateElement, page, "[data-tab]").content.cloneNode(true)
  );
  const there = partAs(HTMLAnchorElement, made, "a");
  there.href = `#${collection.id}`;
  part(there, "[data-tab-name]").textContent = titleOf(collection);
  part(there, "[data-tab-count]").textContent = String(collection.films.length);
  if (collection === opened(now)) there.ariaCurrent = "true";
  return made;
}

/** @param {FilmCollection} collection */
function titleOf(collection) {
  return collection.name || say.first;
}

/** @param {number} films */
function count(films) {
  return filled(films === 1 ? say.sayFilm : say.sayFilms, { count: films.toLocaleString() });
}

function openNamed() {
  const id = decodeURIComponent(location.hash.slice(1));
  if (id === now.open || !now.all.some((each) => each.id === id)) return;
  now.open = id;
  forget();
  save(now);
}

// Does something that can be taken back, and says it. False where the browser kept nothing of it:
// what was done before that can be taken back still.
/** @param {string} said @param {() => void} act */
function change(said, act) {
  const was = JSON.stringify(now);
  act();
  if (!save(now)) return false;
  before = was;
  undo.hidden = false;
  part(undo, "[role=status]").textContent = said;
  return true;
}

// The same for what takes away the button that was pressed: undoing it comes next to hand.
/** @param {string} said @param {() => void} act */
function takeAway(said, act) {
  if (change(said, act)) part(undo, "button").focus();
  else if (document.activeElement === document.body) name.focus({ preventScroll: true });
}

// Writes what is being typed: the field itself is left alone.
/** @param {() => void} act */
function write(act) {
  part(page, "[data-linked]").hidden = true; // the link is of what was written before
  writing = true;
  act();
  if (save(now)) forget(); // what is written now would be lost with it
  writing = false;
}

// What is pressed beside the field ends the typing; drawn anew, it would lose its click.
/** @param {string} said */
function rename(said) {
  writing = true;
  const kept = change(say.sayRenamed, () => Object.assign(opened(now), { name: said }));
  writing = false;
  if (!kept) return;
  part(tabs, "[aria-current] [data-tab-name]").textContent = said;
  part(page, "[data-linked]").hidden = true;
}

function forget() {
  before = null;
  undo.hidden = true;
}

function takeBack() {
  if (!before || !save(JSON.parse(before))) return;
  forget();
  name.focus({ preventScroll: true });
}

function nameTyped() {
  const said = name.value.trim();
  if (said && said !== titleOf(opened(now))) rename(said);
  name.value = titleOf(opened(now));
}

function begin() {
  const taken = new Set(now.all.map(titleOf));
  let called = say.fresh;
  for (let next = 2; taken.has(called); next++) called = `${say.fresh} ${next}`;
  if (!change(say.sayBegun, () => add(now, blank(called)))) return;
  name.focus();
  name.select();
}

function discard() {
  const gone = opened(now);
  takeAway(filled(say.sayDeleted, { name: titleOf(gone) }), () => {
    now.all = now.all.filter((each) => each !== gone);
    if (!now.all.length) now.all.push({ id: "1", ...blank() });
    now.open = now.all[0].id;
  });
}

/** @param {KeptFilm} film */
function found(film) {
  return opened(now).films.find(({ poster }) => poster === film.poster) ?? film;
}

/** @param {KeptFilm} film @param {number} by */
function shift(film, by) {
  const { films } = opened(now);
  const place = films.indexOf(found(film));
  films.splice(place + by, 0, ...films.splice(place, 1));
}

/** @param {KeptFilm} film */
function take(film) {
  const collection = opened(now);
  const taken = found(film);
  collection.films = collection.films.filter((each) => each !== taken);
  return taken;
}

/** @param {KeptFilm} film @param {string} id */
function move(film, id) {
  const to = now.all.find((each) => each.id === id);
  if (!to) return;
  const taken = take(film);
  to.films = [...to.films.filter(({ poster }) => poster !== film.poster), taken];
}
