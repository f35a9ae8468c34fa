// A shared collection becomes one of this browser's own.

import { add, collections, keepable, save } from "../collections.js";
import { words } from "../parts.js";

/** @type {HTMLElement | null} */
const button = document.querySelector("[data-copy-collection]");
button?.addEventListener("click", () => copy(button));
let there = ""; // the copy's address: a second press makes no other, but leads there again
window.addEventListener("pageshow", (event) => {
  if (event.persisted) there = ""; // a first one may come after the press
});

/** @param {HTMLElement} button */
function copy(button) {
  if (there) return location.assign(there);
  /** @type {SharedCollection} */
  const { films, ...said } = JSON.parse(words(button).copyCollection);
  const now = collections();
  const kept = films.map(({ film, note, search }) => ({
    ...keepable(film),
    ...(note && { note }),
    ...(search && { search }),
  }));
  add(now, { ...said, films: kept });
  if (!save(now)) return;
  there = `${words(button).there}#${now.open}`;
  location.assign(there);
}
