// Keeps /learning up to date: asks for the page again and takes over the parts that changed.

import { part, parts, words } from "./parts.js";
import { update, watch } from "./plots.js";

const EVERY = 5000;
const RETRY = 20000;
const line = part(document, "[data-lively]");
const say = words(line);
const state = part(line, "[data-state]");
const button = part(line, "button");
/** @type {string | null} */
let known = null;
let timer = 0;
let paused = false;

button.addEventListener("click", () => {
  paused = !paused;
  button.textContent = paused ? say.sayGo : say.sayPause;
  show(paused ? say.sayOff : say.sayOn);
  clearTimeout(timer);
  if (!paused) ask();
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden) clearTimeout(timer);
  else if (!paused) ask();
});
timer = setTimeout(ask, EVERY);

// The browser sends the page's tag along, so where nothing changed the server only says so.
async function ask() {
  clearTimeout(timer);
  let wait = EVERY;
  try {
    const answer = await fetch("/learning", { cache: "no-cache" });
    if (!answer.ok) throw new Error(answer.statusText);
    const tag = answer.headers.get("etag");
    if (tag !== known) take(new DOMParser().parseFromString(await answer.text(), "text/html"));
    known = tag;
    if (!paused) show(say.sayOn);
  } catch {
    wait = RETRY;
    if (!paused) show(say.sayLost);
  }
  clearTimeout(timer);
  if (!paused && !document.hidden) timer = setTimeout(ask, wait);
}

/** @param {string} text */
function show(text) {
  if (state.textContent !== text) state.textContent = text;
}

/** @param {Document} fresh */
function take(fresh) {
  for (const old of parts(document, "[data-turn]")) {
    const now = part(fresh, `#${old.id}`);
    if (!old.children.length === !now.children.length) continue;
    // The first rating has come, or the last one was taken back.
    old.replaceChildren(...document.adoptNode(now).childNodes);
    watch(old);
  }
  for (const old of document.querySelectorAll("[data-live]")) {
    const now = fresh.getElementById(old.id);
    // A part that somebody is in with the keyboard waits for the next change.
    if (now && old.textContent !== now.textContent && !old.contains(document.activeElement)) {
      old.replaceChildren(...document.adoptNode(now).childNodes);
    }
  }
  for (const plot of parts(document, ".plots [data-plot]")) {
    const now = fresh.querySelector(`[data-plot="${plot.dataset.plot}"] script`);
    if (now) update(plot, now.textContent);
  }
}
