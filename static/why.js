// "Why these": heat over the query and over the result that is pointed at or has the focus.

import { claim, lay, lift } from "./heat.js";
import { around, part, words } from "./parts.js";
import { ask } from "./unkept.js";

/** @type {HTMLElement | null} */
const box = document.querySelector("[data-why]");
if (box) wire(box);

/** @param {HTMLElement} box */
function wire(box) {
  const button = part(box, "button");
  const says = part(box, "[data-why-says]");
  const where = part(box, "[data-why-where]");
  const asked = document.querySelector(".query .print");
  /** @type {Map<string, Promise<Nearness>>} */
  const found = new Map(); // explanations by address
  /** @type {HTMLElement | null} */
  let chosen = null;

  button.addEventListener("click", () => (pressed() ? off() : on()));
  for (const kind of ["pointerover", "focusin", "click"]) {
    document.addEventListener(kind, (event) => {
      const film = pressed() && around(event, ".five .film[data-poster]");
      if (film && film !== chosen) show(film);
    });
  }

  // Filters and sliders put other films in the list.
  const five = part(document, ".five");
  new MutationObserver(() => pressed() && on()).observe(five, { childList: true });

  function pressed() {
    return button.getAttribute("aria-pressed") === "true";
  }

  function on() {
    claim(off);
    button.setAttribute("aria-pressed", "true");
    document.body.classList.add("why-on");
    /** @type {HTMLElement | null} */
    const again = chosen && five.querySelector(`.film[data-poster="${chosen.dataset.poster}"]`);
    /** @type {HTMLElement | null} */
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
    tell("", "");
    lift(asked);
    clear();
  }

  function clear() {
    for (const film of document.querySelectorAll(".film.explained")) {
      film.classList.remove("explained");
      lift(film.querySelector(".print"));
    }
  }

  /** @param {HTMLElement} film */
  async function show(film) {
    chosen = film;
    // A view (a slider, a filter) leaves what it was asked with on the list.
    const view = five.dataset.view ?? "";
    const address = `${box.dataset.why}${film.dataset.poster}.json${view}`;
    /** @type {Nearness} */
    let why;
    try {
      const answer = found.get(address) ?? explain(address);
      found.set(address, answer);
      why = await answer;
    } catch {
      found.delete(address);
      if (chosen !== film) return;
      blank();
      tell(words(box).sayFailed, "");
      return;
    }
    if (chosen !== film || !pressed()) return; // meanwhile another was pointed at
    clear();
    film.classList.add("explained");
    lay(asked, why.query.pull);
    lay(film.querySelector(".print"), why.result.pull);
    // What is measured comes first; where the network looked says it alone if nothing is.
    tell(why.alike || why.where, why.alike && why.where);
  }

  /** @param {string} first @param {string} second */
  function tell(first, second) {
    says.textContent = first;
    where.textContent = second;
  }
}

/** @param {string} address @returns {Promise<Nearness>} */
async function explain(address) {
  const answer = await ask(address);
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.json();
}
