// Other posters on the wall without leaving the page: the same link, the same page, only the wall swapped.

import { filled, part, partAs, words } from "./parts.js";
import { pageOf } from "./refusal.js";

const section = document.getElementById("wall");
/** @type {HTMLAnchorElement | null} */
const link = document.querySelector("#wall [data-reshuffle]");

if (section && link) wire(section, link);

/** @param {HTMLElement} section @param {HTMLAnchorElement} link */
function wire(section, link) {
  link.addEventListener("click", (event) => {
    const elsewhere =
      event.button || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey;
    if (elsewhere) return;
    event.preventDefault();
    reshuffle(section, link);
  });
}

/** @param {HTMLElement} section @param {HTMLAnchorElement} link */
async function reshuffle(section, link) {
  const posters = part(section, ".wall");
  if (posters.getAttribute("aria-busy") === "true") return;
  posters.setAttribute("aria-busy", "true");
  try {
    const there = await pageOf(await fetch(link.href));
    posters.replaceChildren(...there.querySelectorAll("#wall .wall > li"));
    // Coming back, or loading again, shows the wall that was left.
    history.replaceState(history.state, "", link.href.replace(/#.*/, ""));
    link.href = partAs(HTMLAnchorElement, there, "[data-reshuffle]").getAttribute("href") ?? "";
    const others = words(section).sayOthers;
    say(section, filled(others, { count: posters.children.length }));
  } catch {
    say(section, words(section).sayLost);
  } finally {
    posters.removeAttribute("aria-busy");
  }
}

/** @param {HTMLElement} section @param {string} sentence */
function say(section, sentence) {
  part(section, "[role=status]").textContent = sentence;
}
