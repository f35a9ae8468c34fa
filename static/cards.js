// The cards of the films found, among the linked views: pointing at one lights it elsewhere too.

import * as linked from "./linked.js";

const CARDS = ".film[data-poster]";
const number = (event) => event.target.closest?.(CARDS)?.dataset.poster ?? null;

for (const name of ["pointerover", "focusin"]) {
  document.addEventListener(name, (event) => number(event) && linked.point(number(event)));
}
for (const name of ["pointerout", "focusout"]) {
  document.addEventListener(name, (event) => {
    const left = number(event);
    const stays = left && event.relatedTarget?.closest?.(CARDS)?.dataset.poster === left;
    if (left && !stays) linked.point(null);
  });
}
document.addEventListener("click", (event) => {
  if (!number(event) || event.target.closest("a, button, input, label")) return;
  linked.choose(number(event));
});
linked.listen(show);

// Also after the cards were replaced.
export function show({ lit } = linked.state()) {
  for (const card of document.querySelectorAll(CARDS)) {
    card.classList.toggle("lit", Number(card.dataset.poster) === lit);
  }
}
