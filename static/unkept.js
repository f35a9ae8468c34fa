// A poster that is not kept: the server forgot it, so it travels along with every question.

import { mark } from "./collections.js";
import { around, asQuery, part, partAs, words } from "./parts.js";
import { pageOf } from "./refusal.js";
import { carried } from "./several.js";

/** @type {HTMLImageElement | null} */
const image = document.querySelector("[data-travels]");
export const travels = image !== null;
let asked = 0; // counts the questions about genres: only the latest one's answer is shown

// Like fetch, with the poster where it must come along.
/** @param {string | URL} address @param {RequestInit} [options] */
export function ask(address, options) {
  if (!image) return fetch(address, options);
  const body = new FormData();
  body.append("poster", poster(image));
  if (image.dataset.crop) body.append("crop", image.dataset.crop);
  return fetch(address, { ...options, method: "POST", body });
}

if (image) {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!around(event, ".intent") || !(form instanceof HTMLFormElement)) return;
    event.preventDefault();
    hold(form);
  });
  document.addEventListener("click", (event) => {
    const button = around(event, "[data-report]");
    if (button) report(words(button).report, poster(image));
  });
  for (const form of document.querySelectorAll("form[data-brings]")) {
    if (!(form instanceof HTMLFormElement)) continue;
    form.addEventListener("submit", () => bring(form, image));
  }
  // A file dropped beside its mark would open in place of this page, which is all there is of it.
  for (const kind of ["dragover", "drop"]) {
    document.addEventListener(kind, (event) => event.preventDefault());
  }
}

// The poster against the genres marked: the same page's section, swapped in.
/** @param {HTMLFormElement} form */
async function hold(form) {
  const turn = ++asked;
  try {
    const page = await pageOf(await ask(`${form.action.replace(/#.*/, "")}?${intended()}`));
    if (turn === asked) swap(part(page, ".intent"));
  } catch {
    if (turn === asked) part(form, ".refusal").textContent = words(form).sayFailed;
  }
}

// The button pressed goes with its section; the focus stays where it was otherwise.
/** @param {HTMLElement} section */
function swap(section) {
  const before = part(document, ".intent");
  const held = before.contains(document.activeElement);
  before.replaceWith(section);
  mark();
  if (held) part(section, "button").focus({ preventScroll: true });
}

// A picture that is within the page alone goes along with a form that asks about it anew.
/** @param {HTMLFormElement} form @param {HTMLImageElement} image */
export function bring(form, image) {
  if (!image.src.startsWith("data:")) return;
  form.querySelector("[type=file][name=poster]")?.remove(); // of a press before this one
  form.append(carrying(poster(image)));
}

/** @param {File} poster */
function carrying(poster) {
  const input = document.createElement("input");
  Object.assign(input, { type: "file", name: "poster", files: carried([poster]), hidden: true });
  return input;
}

// The report opens beside this page, which is all there is of the poster.
/** @param {string} address @param {File} poster */
function report(address, poster) {
  const form = document.createElement("form");
  const action = `${address}${address.includes("?") ? "&" : "?"}${intended()}`;
  Object.assign(form, { action, method: "post", enctype: "multipart/form-data", target: "_blank" });
  form.hidden = true;
  form.append(carrying(poster));
  const crop = image?.dataset.crop;
  if (crop)
    form.append(Object.assign(document.createElement("input"), { name: "crop", value: crop }));
  document.body.append(form);
  form.submit();
  form.remove();
}

function intended() {
  return asQuery(partAs(HTMLFormElement, document, ".intent form"));
}

// Out of its data: address, which the page's policy lets nobody fetch.
/** @param {HTMLImageElement} image */
function poster(image) {
  const [, text] = image.src.split(",");
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return new File([bytes], "poster.jpg", { type: "image/jpeg" });
}
