// What can be taken along of an answer: its link, and its five as one image for slides.

import { keepable } from "./collections.js";
import { contactSheet, download } from "./contact-sheet.js";
import { around, part, parts, words } from "./parts.js";

document.addEventListener("click", async (event) => {
  const button = around(event, "[data-copy]");
  if (!button) return;
  const copied = part(document, "[data-copied]");
  copied.textContent = "";
  copied.textContent = await (button.dataset.copy === "link" ? link(button) : five(button));
});

/** @param {HTMLElement} button @returns {Promise<string>} */
async function link(button) {
  const { href } = location;
  try {
    await navigator.clipboard.writeText(href);
    return words(button).sayDone;
  } catch {
    return href; // to be copied by hand
  }
}

// Where the browser lets no page write images to the clipboard, it is saved as a file.
/** @param {HTMLElement} button @returns {Promise<string>} */
async function five(button) {
  const films = [...parts(document, ".five [data-keep]")].map((each) =>
    keepable(JSON.parse(words(each).keep)),
  );
  const image = films.length ? await contactSheet(films, words(button).title) : null;
  if (!image) return "";
  try {
    await navigator.clipboard.write([new ClipboardItem({ [image.type]: image })]);
    return words(button).sayDone;
  } catch {
    download(image, "onesheet-five.png");
    return words(button).saySaved;
  }
}
