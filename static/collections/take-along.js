// What can be taken along of the open collection: its link, files that the server makes, an image.

import { contactSheet, download } from "../contact-sheet.js";
import { filled, part, partAs, words } from "../parts.js";
import { fieldsOf } from "./link.js";

/** @typedef {{collection: FilmCollection, title: string}} Titled */

/** @param {HTMLElement} page @param {() => Titled} current */
export function takeAlong(page, current) {
  const form = partAs(HTMLFormElement, page, "[data-export]");
  part(page, "[data-share]").addEventListener("click", () => share(page, fields(page, current())));
  form.addEventListener("submit", () => fill(form, fields(page, current())));
  const told = part(page, "[data-image-told]");
  let drawing = false; // the button stays as it is meanwhile, and keeps the focus
  part(page, "[data-image]").addEventListener("click", async () => {
    if (drawing) return;
    drawing = true;
    told.textContent = "";
    told.textContent = await saveImage(words(page), current());
    drawing = false;
  });
}

/** @param {HTMLElement} page @param {Titled} titled */
function fields(page, { collection, title }) {
  const { mostFilms, mostSearches } = words(page);
  const most = { films: Number(mostFilms), searches: Number(mostSearches) };
  return fieldsOf(collection, title, most);
}

/** @param {HTMLElement} page @param {URLSearchParams} said */
async function share(page, said) {
  const say = words(page);
  const link = partAs(HTMLInputElement, page, "[data-link]");
  const address = `${say.sharedAt}?${said}`;
  const told = part(page, "[data-shared]");
  const fits = address.length <= Number(say.longestLink);
  part(page, "[data-linked]").hidden = false;
  link.parentElement?.toggleAttribute("hidden", !fits);
  told.textContent = fits ? "" : say.sayLong;
  if (!fits) return;
  link.value = new URL(address, location.href).href;
  try {
    await navigator.clipboard.writeText(link.value);
    told.textContent = say.sayCopied;
  } catch {
    link.select(); // to be copied by hand
  }
}

/** @param {HTMLFormElement} form @param {URLSearchParams} said */
function fill(form, said) {
  const hidden = [...said].map(([name, value]) =>
    Object.assign(document.createElement("input"), { type: "hidden", name, value }),
  );
  part(form, "[data-fields]").replaceChildren(...hidden);
}

// What came of it, in a sentence.
/** @param {Record<string, string>} say @param {Titled} titled */
async function saveImage(say, { collection, title }) {
  try {
    const { image, missing } = await contactSheet(collection.films, title);
    if (!image) return say.sayNoImage;
    download(image, `${title}.png`);
    const lacks = missing ? filled(say.sayMissing, { count: missing }) : "";
    return `${say.sayImage} ${lacks}`;
  } catch {
    return say.sayNoImage;
  }
}
