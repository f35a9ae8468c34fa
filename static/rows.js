// Further films, and rows of films alike in one respect: fetched when they are opened first.

import { show as lightCards } from "./cards.js";
import { mark } from "./collections.js";
import { partAs, words } from "./parts.js";
import { pageOf } from "./refusal.js";
import { pressAgain } from "./thumbs.js";
import { ask } from "./unkept.js";

// The event does not bubble, and a filter puts a new row in the place of the one before.
document.addEventListener(
  "toggle",
  ({ target }) => {
    if (target instanceof HTMLElement && "row" in target.dataset) fill(target);
  },
  { capture: true },
);

/** @param {HTMLElement} row */
async function fill(row) {
  const link = row.querySelector("[data-row-address]");
  if (!(link instanceof HTMLAnchorElement) || !row.matches("[open]") || row.ariaBusy) return;
  row.ariaBusy = "true";
  const asked = performance.now();
  try {
    const page = await pageOf(await ask(link.href));
    const there = partAs(HTMLElement, page, `#${row.id} [data-row-films]`);
    row.querySelector("[data-row-films]")?.replaceChildren(...there.childNodes);
    lightCards();
    mark();
    pressAgain(asked);
  } catch {
    const section = row.closest("[data-say-lost]");
    if (section instanceof HTMLElement) link.textContent = words(section).sayLost;
  } finally {
    row.ariaBusy = null;
  }
}
