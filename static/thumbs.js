// Thumbs of single films, given without leaving the page: the same forms, sent in the background.

import { around, part, parts, words } from "./parts.js";
import { pageOf, reason } from "./refusal.js";

/** @typedef {{ thumb: string | null, arrived: number }} Given When the server said it has it */
/** @type {Map<string, Given>} */
const thumbs = new Map(); // that the server has, by film, of those given one here
/** @type {Map<string, Given>} */
const given = new Map(); // and as they were pressed last
let latest = Promise.resolve(); // they are sent one after another, so that none overtakes

document.addEventListener("submit", (event) => {
  const form = event.target;
  const button = event.submitter;
  if (!around(event, "[data-thumbs]") || !(form instanceof HTMLFormElement)) return;
  if (!(button instanceof HTMLButtonElement)) return;
  event.preventDefault();
  give(form, button.value);
});

// The buttons change at once, and back where the thumb did not arrive.
/** @param {HTMLFormElement} form @param {string} value */
function give(form, value) {
  const film = String(new FormData(form).get("film"));
  const now = { thumb: value === "none" ? null : value, arrived: Number.POSITIVE_INFINITY };
  if (!thumbs.has(film)) thumbs.set(film, { thumb: pressed(film), arrived: 0 });
  given.set(film, now);
  press(film, now.thumb);
  latest = latest.then(() => send(form.action, film, now));
}

/** @param {string} action @param {string} film @param {Given} now */
async function send(action, film, now) {
  const body = new URLSearchParams({ thumb: now.thumb ?? "none", film });
  const says = part(document, "[data-lost-thumb]");
  try {
    const page = await pageOf(await fetch(action, { method: "POST", body }));
    now.arrived = performance.now();
    thumbs.set(film, now);
    const there = page.querySelector("[data-live=liked]");
    document.querySelector("[data-live=liked]")?.replaceChildren(...(there?.childNodes ?? []));
    says.textContent = "";
  } catch (error) {
    // Where it was pressed again meanwhile, what that says is sent next.
    if (given.get(film) === now) takeBack(film);
    says.textContent = reason(error, words(says).sayLost);
  }
}

/** @param {string} film */
function takeBack(film) {
  const before = thumbs.get(film);
  if (!before) return;
  given.set(film, before);
  press(film, before.thumb);
}

// To be called where buttons came with a page, with the moment at which that was asked for: it may
// have been made before these thumbs arrived. Of those that had arrived it knows better itself, since
// they may have been taken back elsewhere.
/** @param {number} asked */
export function pressAgain(asked) {
  for (const [film, { thumb, arrived }] of given) if (arrived >= asked) press(film, thumb);
}

// A film may hang among the five and in a row as well: its buttons go together.
/** @param {string} film */
function buttonsOf(film) {
  return parts(document, `.film[data-poster="${CSS.escape(film)}"] [data-thumb]`);
}

/** @param {string} film */
function pressed(film) {
  const found = [...buttonsOf(film)].find((button) => button.ariaPressed === "true");
  return found?.dataset.thumb ?? null;
}

/** @param {string} film @param {string | null} thumb */
function press(film, thumb) {
  for (const button of buttonsOf(film)) {
    const on = button.dataset.thumb === thumb;
    button.ariaPressed = String(on);
    if (button instanceof HTMLButtonElement) {
      button.value = on ? "none" : (button.dataset.thumb ?? "");
    }
  }
}
