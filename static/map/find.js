// A film sought on the map by its title.

import { part, partAs, words } from "../parts.js";
import { reason } from "../refusal.js";
import { suggestions } from "../suggestions.js";

const WAIT = 150; // milliseconds without a letter, after which titles are looked up

// go(id) shows a poster by its number, and tells whether it hangs here.
/** @param {HTMLElement} figure @param {(id: number) => boolean} go */
export function wireFind(figure, go) {
  const form = figure.querySelector("[data-find]");
  if (!(form instanceof HTMLFormElement)) return;
  const input = partAs(HTMLInputElement, form, "input");
  const titles = part(form, "datalist");
  const says = part(form, "[role=status]");
  const say = words(form);
  /** @type {Map<string, number>} */
  let known = new Map(); // posters by the titles suggested
  let trouble = ""; // why there are none
  let waiting = 0;

  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(suggest, WAIT);
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    clearTimeout(waiting);
    if (!known.has(input.value)) await suggest();
    const id = known.get(input.value) ?? known.values().next().value;
    says.textContent = id !== undefined && go(id) ? "" : trouble || say.sayNone;
  });

  async function suggest() {
    try {
      const { films } = await suggestions(input.value);
      known = new Map(films.map((each) => [named(each), each.sample]));
      trouble = "";
    } catch (error) {
      known = new Map();
      trouble = reason(error, say.sayLost);
    }
    titles.replaceChildren(
      ...[...known.keys()].map((value) =>
        Object.assign(document.createElement("option"), { value }),
      ),
    );
  }
}

/** @param {SuggestedFilm} film */
function named({ title, year }) {
  return year === null ? title : `${title}, ${year}`;
}
