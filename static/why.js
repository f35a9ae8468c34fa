// "Why these": heat over the query and over the result that is pointed at or has the focus.

import { claim, lay, lift } from "./heat.js";
import { ask } from "./unkept.js";

const box = document.querySelector("[data-why]");
if (box) wire(box);

function wire(box) {
  const button = box.querySelector("button");
  const says = box.querySelector("[data-why-says]");
  const asked = document.querySelector(".query .print");
  const found = new Map(); // explanations by address
  let chosen = null;

  button.addEventListener("click", () => (pressed() ? off() : on()));
  for (const kind of ["pointerover", "focusin", "click"]) {
    document.addEventListener(kind, (event) => {
      const film = pressed() && event.target.closest?.(".five .film[data-poster]");
      if (film && film !== chosen) show(film);
    });
  }

  // Filters and sliders put other films in the list.
  const five = document.querySelector(".five");
  new MutationObserver(() => pressed() && on()).observe(five, { childList: true });

  function pressed() {
    return button.getAttribute("aria-pressed") === "true";
  }

  function on() {
    claim(off);
    button.setAttribute("aria-pressed", "true");
    document.body.classList.add("why-on");
    const again = chosen && five.querySelector(`.film[data-poster="${chosen.dataset.poster}"]`);
    const film = again ?? five.querySelector(".film[data-poster]");
    if (film) show(film);
    else blank();
  }

  function off() {
    button.setAttribute("aria-pressed", "false");
    document.body.classList.remove("why-on");
    blank();
  }

  function blank() {
    chosen = null;
    says.textContent = "";
    lift(asked);
    clear();
  }

  function clear() {
    for (const film of document.querySelectorAll(".film.explained")) {
      film.classList.remove("explained");
      lift(film.querySelector(".print"));
    }
  }

  async function show(film) {
    chosen = film;
    // A view (a slider, a filter) leaves what it was asked with on the list.
    const view = five.dataset.view ?? "";
    const address = `${box.dataset.why}${film.dataset.poster}.json${view}`;
    let why;
    try {
      if (!found.has(address)) found.set(address, explain(address));
      why = await found.get(address);
    } catch {
      found.delete(address);
      if (chosen === film) says.textContent = box.dataset.sayFailed;
      return;
    }
    if (chosen !== film || !pressed()) return; // meanwhile another was pointed at
    clear();
    film.classList.add("explained");
    lay(asked, why.query.pull);
    lay(film.querySelector(".print"), why.result.pull);
    says.textContent = why.says;
  }
}

async function explain(address) {
  const answer = await ask(address);
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.json();
}
