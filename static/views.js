// Filters and sliders show the nearest films another way at once: the server renders the same page
// for the view's address, and the parts that differ are swapped in.

import { show as lightCards } from "./cards.js";
import { mark } from "./collections.js";
import { showKeys } from "./feedback.js";
import { lift } from "./heat.js";
import { around, part, partAs, parts, words } from "./parts.js";
import { update } from "./plots.js";
import { pageOf, reason } from "./refusal.js";
import { pressAgain } from "./thumbs.js";
import { ask, travels } from "./unkept.js";

const WAIT = 60; // milliseconds that a slider rests before the server is asked
const OWN = ["genre", "decade", "balance", "colour", "restrict"];
const PRESSABLE = "a[href], button:enabled, summary";
/** @type {HTMLFormElement | null} */
const views = document.querySelector("[data-views]");
// A page that came without films lacks what comes with them: lightbox, reasons, plot.
const bare = document.querySelector(".five .film") === null;
let waiting = 0;
/** @type {AbortController | undefined} */
let asking;

if (views) wire(views);

/** @param {HTMLFormElement} form */
function wire(form) {
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => show(form), WAIT);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    show(form);
  });
  document.addEventListener("click", (event) => {
    if (!around(event, "[data-as-found]")) return;
    event.preventDefault();
    rest(form);
    show(form);
  });
}

/** @param {HTMLFormElement} form */
function rest(form) {
  for (const field of fieldsOf(form)) {
    if (field.type === "checkbox") field.checked = field.dataset.rest === "true";
    else field.value = field.dataset.rest ?? "";
  }
}

// What is at rest stays out of the address, so that it can be shared in short; but one filter or
// weight takes the place of all that were recorded, so beside those each is told. A poster that is
// not kept has no address to share.
/** @param {HTMLFormElement} form */
function address(form) {
  const there = new URL(travels ? form.action : location.href);
  for (const name of OWN) there.searchParams.delete(name);
  const fields = fieldsOf(form).filter((field) => !field.disabled);
  const changed = fields.filter((field) => fieldValue(field) !== field.dataset.rest);
  const told = changed.length && form.dataset.whole !== undefined ? fields : changed;
  for (const field of told) there.searchParams.set(field.name, fieldValue(field));
  return there;
}

// With what they rest at; a choice of several is in this like a field.
/** @param {HTMLFormElement} form @returns {HTMLInputElement[]} */
function fieldsOf(form) {
  return [...form.querySelectorAll("[data-rest]")].map(
    (field) => /** @type {HTMLInputElement} */ (field),
  );
}

/** @param {HTMLInputElement} field */
function fieldValue(field) {
  return field.type === "checkbox" ? String(field.checked) : field.value;
}

/** @param {HTMLFormElement} form */
async function show(form) {
  // A genre takes the place of those that the poster promises.
  /** @type {HTMLInputElement | null} */
  const promised = form.querySelector("[type=checkbox]");
  const genre = partAs(HTMLSelectElement, form, "[name=genre]");
  if (promised) promised.disabled = genre.value !== "";
  const there = address(form);
  asking?.abort();
  asking = new AbortController();
  const asked = performance.now();
  try {
    const answer = await ask(there, { signal: asking.signal });
    const page = await pageOf(answer);
    if (bare && !travels && page.querySelector(".five .film")) {
      location.replace(there);
      return;
    }
    swap(page, asked);
    if (!travels) history.replaceState(history.state, "", there);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") return;
    part(document, "[data-live=notes]").textContent = reason(error, words(form).sayFailed);
  }
}

/** @param {Document} page @param {number} asked */
function swap(page, asked) {
  for (const here of parts(document, "[data-live]")) {
    /** @type {HTMLElement | null} */
    const there = page.querySelector(`[data-live="${here.dataset.live}"]`);
    if (!there) continue;
    const had = document.activeElement;
    const held = here.contains(had);
    if (here.dataset.live === "five") hangAgain(here, there);
    here.replaceChildren(...there.childNodes);
    Object.assign(here.dataset, there.dataset);
    if (held) focusAgain(had, here);
  }
  lightCards();
  mark();
  pressAgain(asked);
  showKeys();
  renew(page, "[data-plot=scatter]", (here, there) => {
    update(here, part(there, "script").textContent);
  });
  renew(page, "[data-map]", (here, there) => {
    here.dataset.query = there.dataset.query;
    here.dispatchEvent(new CustomEvent("query")); // the map hears it
  });
}

// Where what had the focus is gone, what can be pressed first there takes it, or else in the section.
/** @param {Element | null} had @param {HTMLElement} here */
function focusAgain(had, here) {
  const next = had?.isConnected
    ? had
    : (here.querySelector(PRESSABLE) ?? here.closest("section")?.querySelector(PRESSABLE));
  if (next instanceof HTMLElement) next.focus({ preventScroll: true });
}

// Films that stay take their posters along, which would blink if they were loaded anew.
/** @param {HTMLElement} here @param {HTMLElement} there */
function hangAgain(here, there) {
  for (const film of parts(there, ".film")) {
    const before = here.querySelector(`.film[data-poster="${film.dataset.poster}"] .hung`);
    if (!before) continue;
    lift(before.querySelector(".print")); // its heat was of the view before
    part(film, ".hung").replaceWith(before);
  }
}

// What the new page does not have, where no film is left, is hidden meanwhile.
/**
 * @param {Document} page @param {string} selector
 * @param {(here: HTMLElement, there: HTMLElement) => void} take
 */
function renew(page, selector, take) {
  /** @type {(HTMLElement | null)[]} */
  const [here, there] = [document.querySelector(selector), page.querySelector(selector)];
  if (!here) return;
  here.classList.toggle("stale", !there);
  if (there) take(here, there);
}
