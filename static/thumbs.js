// Thumbs of single films, given without leaving the page: the same forms, sent in the background.

import { around, part, parts, words } from "./parts.js";
import { pageOf, reason } from "./refusal.js";

/** @type {WeakMap<HTMLFormElement, string | null>} */
const thumbs = new WeakMap(); // that the server has, of films that were given one here
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
  const thumb = value === "none" ? null : value;
  if (!thumbs.has(form)) thumbs.set(form, pressed(form));
  press(form, thumb);
  latest = latest.then(() => send(form, thumb));
}

/** @param {HTMLFormElement} form @param {string | null} thumb */
async function send(form, thumb) {
  const film = new FormData(form).get("film");
  const body = new URLSearchParams({ thumb: thumb ?? "none", film: String(film) });
  const says = part(document, "[data-lost-thumb]");
  try {
    const page = await pageOf(await fetch(form.action, { method: "POST", body }));
    thumbs.set(form, thumb);
    const there = page.querySelector("[data-live=liked]");
    document.querySelector("[data-live=liked]")?.replaceChildren(...(there?.childNodes ?? []));
    says.textContent = "";
  } catch (error) {
    // Where it was pressed again meanwhile, what that says is sent next.
    if (pressed(form) === thumb) press(form, thumbs.get(form) ?? null);
    says.textContent = reason(error, words(says).sayLost);
  }
}

/** @param {HTMLFormElement} form */
function pressed(form) {
  /** @type {HTMLElement | null} */
  const button = form.querySelector("[aria-pressed=true]");
  return button?.dataset.thumb ?? null;
}

/** @param {HTMLFormElement} form @param {string | null} thumb */
function press(form, thumb) {
  for (const button of parts(form, "[data-thumb]")) {
    const given = button.dataset.thumb === thumb;
    button.ariaPressed = String(given);
    if (button instanceof HTMLButtonElement) {
      button.value = given ? "none" : (button.dataset.thumb ?? "");
    }
  }
}
