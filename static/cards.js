// The cards of the films found, among the linked views: pointing at one lights it elsewhere too.

import * as linked from "./linked.js";
import { around, parts } from "./parts.js";

const CARDS = ".film[data-poster]";
/** @param {Event} event */
const number = (event) => around(event, CARDS)?.dataset.poster ?? null;

for (const name of /** @type {const} */ (["pointerover", "focusin"])) {
  document.addEventListener(name, (event) => number(event) && linked.point(number(event)));
}
for (const name of /** @type {const} */ (["pointerout", "focusout"])) {
  document.addEventListener(name, (event) => {
    const left = number(event);
    const next = event.relatedTarget instanceof Element ? event.relatedTarget.closest(CARDS) : null;
    const stays = next instanceof HTMLElement && next.dataset.poster === left;
    if (left && !stays) linked.point(null);
  });
}
document.addEventListener("click", (event) => {
  if (!number(event) || around(event, "a, button, input, label")) return;
  linked.choose(number(event));
});
linked.listen(show);

// Also after the cards were replaced.
export function show({ lit } = linked.state()) {
  for (const card of parts(document, CARDS)) {
    card.classList.toggle("lit", Number(card.dataset.poster) === lit);
  }
}
