// The simulator's sliders: the server plays, this takes over its figures.

import { asQuery, part, partAs, parts, words } from "./parts.js";
import { update } from "./plots.js";
import { pageOf, reason } from "./refusal.js";

const PAUSE = 500;
const form = partAs(HTMLFormElement, document, "[data-simulator]");
const refusal = part(form, ".refusal");
const language = document.documentElement.lang;
const written = {
  signed: new Intl.NumberFormat(language, { signDisplay: "exceptZero", minimumFractionDigits: 2 }),
  share: new Intl.NumberFormat(language, { style: "percent" }),
  whole: new Intl.NumberFormat(language),
};
/** @type {Record<string, keyof typeof written>} */
const KIND = { agreement: "share", ratings: "whole", decay: "whole" };
let timer = 0;
let asked = 0;

form.addEventListener("input", ({ target }) => {
  if (!(target instanceof HTMLInputElement)) return;
  const output = part(form, `output[for="${target.id}"]`);
  const text = written[KIND[target.name] ?? "signed"].format(target.valueAsNumber);
  output.textContent = text.replace("-", "−");
  clearTimeout(timer);
  timer = setTimeout(play, PAUSE);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  play();
});

async function play() {
  const turn = ++asked;
  const query = asQuery(form);
  try {
    const answer = await fetch(`${form.action}?${query}`);
    const fresh = await pageOf(answer);
    if (turn !== asked) return; // the sliders have moved on
    refusal.textContent = "";
    for (const old of parts(document, "[data-simulated]")) {
      old.replaceChildren(...document.adoptNode(part(fresh, `#${old.id}`)).childNodes);
    }
    const figure = part(fresh, "[data-plot=regrets] script").textContent;
    update(part(document, "[data-plot=regrets]"), figure);
  } catch (error) {
    if (turn === asked) refusal.textContent = reason(error, words(refusal).sayLost);
  }
}
