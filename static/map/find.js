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
  let asked = 0; // counts what is looked up: only the latest answer is taken

  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(suggest, WAIT);
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    clearTimeout(waiting);
    if (!known.has(input.value) && !(await suggest())) return;
    const id = known.get(input.value) ?? known.values().next().value;
    says.textContent = id !== undefined && go(id) ? "" : trouble || say.sayNone;
  });

  // False where something else was looked up meanwhile.
  async function suggest() {
    const turn = ++asked;
    /** @type {SuggestedFilm[]} */
    let films = [];
    let lost = "";
    try {
      ({ films } = await suggestions(input.value));
    } catch (error) {
      lost = reason(error, say.sayLost);
    }
    if (turn !== asked) return false;
    known = new Map(films.map((each) => [named(each), each.sample]));
    trouble = lost;
    titles.replaceChildren(
      ...[...known.keys()].map((value) =>
        Object.assign(document.createElement("option"), { value }),
      ),
    );
    return true;
  }
}

/** @param {SuggestedFilm} film */
function named({ title, year }) {
  return year === null ? title : `${title}, ${year}`;
}
