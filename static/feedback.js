// Rating without leaving the page: the same form, the same server's words, only the section swapped.

import { around, part, partAs, parts, words } from "./parts.js";
import { pageOf, reason } from "./refusal.js";

const section = document.getElementById("feedback");
const KEYS = ["1", "2", "3", "u"];
const KEPT = "onesheet-keys"; // single keys can be switched off (WCAG 2.1.4)
const tabs = "BroadcastChannel" in window ? new BroadcastChannel("onesheet-ratings") : null;
/** @type {boolean | null} */
let unstored = null; // whether single keys are on, where the browser does not store it

if (section) wire(section);

/** @type {string | null} */
let meant = null; // the key of what was pressed while an earlier rating was on its way

/** @param {HTMLElement} section */
function wire(section) {
  section.addEventListener("submit", (event) => rate(section, event));
  section.addEventListener("change", ({ target }) => {
    if (target instanceof HTMLInputElement && target.matches("[data-keys]")) keep(target.checked);
  });
  section.addEventListener("click", (event) => {
    if (around(event, "[data-dismiss]")) dismiss(section);
  });
  document.addEventListener("keydown", (event) => press(section, event));
  tabs?.addEventListener("message", ({ data }) => follow(section, data));
  showKeys();
}

/** @param {HTMLElement} section @param {SubmitEvent} event */
async function rate(section, event) {
  const { target: form, submitter } = event;
  if (!(form instanceof HTMLFormElement) || !form.matches("[data-rating]")) return;
  if (!(submitter instanceof HTMLButtonElement)) return;
  event.preventDefault();
  const { value } = submitter;
  const { key } = words(submitter);
  if (busy(section)) {
    meant = key;
    return;
  }
  section.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: new URLSearchParams({ rating: value }),
    });
    const page = await pageOf(answer);
    if (!isViewed()) {
      swap(section, page, value);
      section.classList.add("fresh"); // its thanks stay in view
    }
    tabs?.postMessage(form.action);
  } catch (error) {
    say(section, reason(error, words(section).sayLost));
  } finally {
    section.removeAttribute("aria-busy");
  }
  const next = meant;
  meant = null;
  if (next && next !== key) button(section, next)?.click();
}

// The same answer, open in another tab, was rated there.
/** @param {HTMLElement} section @param {string} action */
async function follow(section, action) {
  const form = partAs(HTMLFormElement, section, "[data-rating]");
  if (busy(section) || form.action !== action) return;
  try {
    const page = await pageOf(await fetch(location.href));
    if (!busy(section)) swap(section, page);
  } catch {
    // Here it is as it was until the page is loaded again.
  }
}

// The section takes its place among the others again.
/** @param {HTMLElement} section */
function dismiss(section) {
  section.classList.remove("fresh");
  part(section, "[data-rating] button").focus({ preventScroll: true });
}

// Whether the films shown by now are a view's, which nobody may rate.
function isViewed() {
  /** @type {HTMLElement | null} */
  const five = document.querySelector(".five");
  return Boolean(five?.dataset.view);
}

/** @param {HTMLElement} section */
function busy(section) {
  return section.getAttribute("aria-busy") === "true";
}

/** @param {HTMLElement} section @param {string} key @returns {HTMLElement | null} */
function button(section, key) {
  return section.querySelector(`[data-key="${CSS.escape(key)}"]`);
}

/** @param {HTMLElement} section @param {Document} page @param {string} [value] */
function swap(section, page, value) {
  const there = page.getElementById("feedback");
  if (!there) return; // what is shown once has no address of its own
  const held = section.contains(document.activeElement);
  part(section, ".ask").replaceWith(part(there, ".ask"));
  // The status element itself stays, so that screen readers notice its new words.
  part(section, "[role=status]").replaceChildren(...part(there, "[role=status]").childNodes);
  showKeys();
  if (held) {
    /** @type {HTMLElement | null} */
    const same = section.querySelector(`[value="${value}"]`);
    (same ?? part(section, "button")).focus({ preventScroll: true });
  }
}

/** @param {HTMLElement} section @param {string} sentence */
function say(section, sentence) {
  const line = document.createElement("p");
  line.className = "thanks";
  line.textContent = sentence;
  part(section, "[role=status]").replaceChildren(line);
}

/** @param {HTMLElement} section @param {KeyboardEvent} event */
function press(section, event) {
  const typing = around(event, "input:not([type=checkbox]), textarea, select, [contenteditable]");
  if (typing || event.repeat || event.altKey || event.ctrlKey || event.metaKey || !kept()) return;
  const key = event.key.toLowerCase();
  // The button to take a rating back is not there before it.
  if (busy(section)) meant = KEYS.includes(key) ? key : meant;
  else button(section, key)?.click();
}

function kept() {
  if (unstored !== null) return unstored;
  try {
    return localStorage.getItem(KEPT) !== "off";
  } catch {
    return true;
  }
}

/** @param {boolean} on */
function keep(on) {
  unstored = null;
  try {
    localStorage.setItem(KEPT, on ? "on" : "off");
  } catch {
    unstored = on; // until the page is left
  }
  showKeys();
}

// Also after the section's words were replaced.
export function showKeys() {
  if (!section) return;
  const on = kept();
  const box = section.querySelector("[data-keys]"); // not where nothing can be rated
  if (box instanceof HTMLInputElement) box.checked = on;
  for (const key of parts(section, "kbd")) key.hidden = !on;
}
