// Choosing a genre shows where on the query it is seen.

import { claim, lay, lift } from "./heat.js";
import { part, partAs, parts, words } from "./parts.js";
import { ask } from "./unkept.js";

/** @type {HTMLElement | null} */
const list = document.querySelector("[data-seen]");
if (list) wire(list);

/** @param {HTMLElement} list */
function wire(list) {
  const says = part(document, "[data-seen-says]");
  // On a phone the query is far above, so a copy of it stands beside the bars.
  const prints = [...parts(document, ".query .print, .seen-on .print")];
  const copy = part(document, ".seen-on");
  prints[1].append(partAs(HTMLImageElement, prints[0], "img:last-of-type").cloneNode());
  /** @type {HTMLElement | null} */
  let chosen = null;

  for (const name of parts(list, "dt")) upgrade(name);

  /** @param {HTMLElement} name */
  function upgrade(name) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "plain";
    button.setAttribute("aria-pressed", "false");
    button.title = words(list).sayWhere;
    button.append(name.firstChild ?? "");
    name.prepend(button);
    button.addEventListener("click", () => (chosen === button ? off() : show(button)));
  }

  /** @param {HTMLElement} button */
  async function show(button) {
    claim(off);
    mark(button);
    const genre = encodeURIComponent(button.textContent.trim());
    try {
      const answer = await ask(`${list.dataset.seen}${genre}.json`);
      if (!answer.ok) throw new Error(answer.statusText);
      /** @type {GenrePlace} */
      const where = await answer.json();
      if (chosen !== button) return;
      copy.hidden = false;
      for (const print of prints) lay(print, where.query.pull);
      says.textContent = where.says;
    } catch {
      if (chosen !== button) return;
      off();
      says.textContent = words(list).sayFailed;
    }
  }

  function off() {
    mark(null);
    copy.hidden = true;
    says.textContent = "";
    for (const print of prints) lift(print);
  }

  /** @param {HTMLElement | null} button */
  function mark(button) {
    chosen?.setAttribute("aria-pressed", "false");
    button?.setAttribute("aria-pressed", "true");
    chosen = button;
  }
}
