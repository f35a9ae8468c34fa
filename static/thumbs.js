// Thumbs of single films, given without leaving the page: the same forms, sent in the background.

import { around, parts } from "./parts.js";

document.addEventListener("submit", (event) => {
  const form = event.target;
  const button = event.submitter;
  if (!around(event, "[data-thumbs]") || !(form instanceof HTMLFormElement)) return;
  if (!(button instanceof HTMLButtonElement)) return;
  event.preventDefault();
  give(form, button);
});

// The buttons change at once, and back where the thumb did not arrive.
/** @param {HTMLFormElement} form @param {HTMLButtonElement} button */
async function give(form, button) {
  const body = new URLSearchParams({ thumb: button.value });
  const film = new FormData(form).get("film");
  body.set("film", String(film));
  const before = pressed(form);
  press(form, button.value === "none" ? null : button.value);
  try {
    const answer = await fetch(form.action, { method: "POST", body });
    if (!answer.ok) throw new Error(answer.statusText);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const there = page.querySelector("[data-live=liked]");
    document.querySelector("[data-live=liked]")?.replaceChildren(...(there?.childNodes ?? []));
  } catch {
    press(form, before);
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
