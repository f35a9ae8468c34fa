// The page of years: the slider shows its year at once, without leaving the page.

import { mark } from "./collections.js";
import { part, partAs, words } from "./parts.js";
import { pageOf } from "./refusal.js";

const TURNED = ["#year-title", "#year-steps", "#year-part"];
/** @type {HTMLFormElement | null} */
const form = document.querySelector("[data-years]");
/** @type {AbortController | undefined} */
let asking;

if (form) {
  const slider = partAs(HTMLInputElement, form, "[type=range]");
  slider.addEventListener("input", () => turn(form, slider.value));
}

// What is asked for last is shown; answers to earlier positions are dropped.
/** @param {HTMLFormElement} form @param {string} year */
async function turn(form, year) {
  asking?.abort();
  asking = new AbortController();
  const { signal } = asking;
  const address = `${form.action}?year=${encodeURIComponent(year)}`;
  try {
    const page = await pageOf(await fetch(address, { signal }));
    for (const place of TURNED) {
      part(document, place).replaceChildren(...part(page, place).childNodes);
    }
    history.replaceState(null, "", address);
    mark();
  } catch {
    if (!signal.aborted) part(document, "#year-part").textContent = words(form).sayLost;
  }
}
