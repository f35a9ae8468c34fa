// A shared collection becomes one of this browser's own.

import { add, collections, keepable, save } from "../collections.js";
import { words } from "../parts.js";

/** @type {HTMLElement | null} */
const button = document.querySelector("[data-copy-collection]");
button?.addEventListener("click", () => copy(button));
let leading = false; // to the copy: a second press makes no other
window.addEventListener("pageshow", () => {
  leading = false;
});

/** @param {HTMLElement} button */
function copy(button) {
  if (leading) return;
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
  leading = true;
  location.assign(`${words(button).there}#${now.open}`);
}
