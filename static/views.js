// Filters and sliders show the nearest films another way at once: the server renders the same page
// for the view's address, and the parts that differ are swapped in.

import { show as lightCards } from "./cards.js";
import { showKeys } from "./feedback.js";
import { lift } from "./heat.js";
import { update } from "./plots.js";
import { mark } from "./shortlist.js";
import { ask, travels } from "./unkept.js";

const WAIT = 60; // milliseconds that a slider rests before the server is asked
const OWN = ["genre", "decade", "balance", "colour", "restrict"];
const form = document.querySelector("[data-views]");
let waiting;
let asking;

if (form) {
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(show, WAIT);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    show();
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-as-found]")) return;
    event.preventDefault();
    rest();
    show();
  });
}

function rest() {
  for (const field of form.querySelectorAll("select")) field.value = "";
  for (const field of form.querySelectorAll("[data-rest]")) {
    if (field.type === "checkbox") field.checked = field.dataset.rest === "true";
    else field.value = field.dataset.rest;
  }
}

// What is at rest stays out of the address, so that it can be shared in short. A poster that is not
// kept has no address to share.
function address() {
  const there = new URL(travels ? form.action : location.href);
  OWN.forEach((name) => there.searchParams.delete(name));
  for (const field of form.querySelectorAll("select, [data-rest]:not([disabled])")) {
    const value = field.type === "checkbox" ? String(field.checked) : field.value;
    if (value !== (field.dataset.rest ?? "")) there.searchParams.set(field.name, value);
  }
  return there;
}

async function show() {
  // A genre takes the place of those that the poster promises.
  const promised = form.querySelector("[type=checkbox]");
  if (promised) promised.disabled = form.elements.genre.value !== "";
  const there = address();
  asking?.abort();
  asking = new AbortController();
  try {
    const answer = await ask(there, { signal: asking.signal });
    if (!answer.ok) throw new Error(answer.statusText);
    swap(new DOMParser().parseFromString(await answer.text(), "text/html"));
    if (!travels) history.replaceState(history.state, "", there);
  } catch (error) {
    if (error.name === "AbortError") return;
    document.querySelector("[data-live=notes]").textContent = form.dataset.sayFailed;
  }
}

function swap(page) {
  for (const here of document.querySelectorAll("[data-live]")) {
    const there = page.querySelector(`[data-live="${here.dataset.live}"]`);
    if (!there) continue;
    if (here.dataset.live === "five") hangAgain(here, there);
    here.replaceChildren(...there.childNodes);
    if ("view" in there.dataset) here.dataset.view = there.dataset.view;
  }
  lightCards();
  mark();
  showKeys();
  renew(page, "[data-plot=scatter]", (here, there) => {
    update(here, there.querySelector("script").textContent);
  });
  renew(page, "[data-map]", (here, there) => {
    here.dataset.query = there.dataset.query;
    here.dispatchEvent(new CustomEvent("query")); // the map hears it
  });
}

// Films that stay take their posters along, which would blink if they were loaded anew.
function hangAgain(here, there) {
  for (const film of there.querySelectorAll(".film")) {
    const before = here.querySelector(`.film[data-poster="${film.dataset.poster}"] .hung`);
    if (!before) continue;
    lift(before.querySelector(".print")); // its heat was of the view before
    film.querySelector(".hung").replaceWith(before);
  }
}

// What the new page does not have, where no film is left, is hidden meanwhile.
function renew(page, selector, take) {
  const [here, there] = [document.querySelector(selector), page.querySelector(selector)];
  if (!here) return;
  here.classList.toggle("stale", !there);
  if (there) take(here, there);
}
