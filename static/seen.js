// Choosing a genre shows where on the query it is seen.

import { claim, lay, lift } from "./heat.js";
import { ask } from "./unkept.js";

const list = document.querySelector("[data-seen]");
if (list) wire(list);

function wire(list) {
  const says = document.querySelector("[data-seen-says]");
  // On a phone the query is far above, so a copy of it stands beside the bars.
  const prints = [...document.querySelectorAll(".query .print, .seen-on .print")];
  const copy = document.querySelector(".seen-on");
  prints[1].append(prints[0].querySelector("img:last-of-type").cloneNode());
  let chosen = null;

  for (const name of list.querySelectorAll("dt")) upgrade(name);

  function upgrade(name) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "plain";
    button.setAttribute("aria-pressed", "false");
    button.title = list.dataset.sayWhere;
    button.append(name.firstChild);
    name.prepend(button);
    button.addEventListener("click", () => (chosen === button ? off() : show(button)));
  }

  async function show(button) {
    claim(off);
    mark(button);
    const genre = encodeURIComponent(button.textContent.trim());
    try {
      const answer = await ask(`${list.dataset.seen}${genre}.json`);
      if (!answer.ok) throw new Error(answer.statusText);
      const where = await answer.json();
      if (chosen !== button) return;
      copy.hidden = false;
      for (const print of prints) lay(print, where.query.pull);
      says.textContent = where.says;
    } catch {
      if (chosen === button) says.textContent = list.dataset.sayFailed;
    }
  }

  function off() {
    mark(null);
    copy.hidden = true;
    says.textContent = "";
    prints.forEach(lift);
  }

  function mark(button) {
    chosen?.setAttribute("aria-pressed", "false");
    button?.setAttribute("aria-pressed", "true");
    chosen = button;
  }
}
