// What can be taken along of an answer: its link, and its five as one image for slides.

import { keepable } from "./collections.js";
import { contactSheet, download } from "./contact-sheet.js";
import { around, filled, part, parts, words } from "./parts.js";

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
  if (!films.length) return "";
  const say = words(button);
  const { image, missing } = await contactSheet(films, say.title);
  if (!image) return "";
  const lacks = missing ? ` ${filled(say.sayMissing, { count: missing })}` : "";
  try {
    await navigator.clipboard.write([new ClipboardItem({ [image.type]: image })]);
    return say.sayDone + lacks;
  } catch {
    download(image, "onesheet-five.png");
    return say.saySaved + lacks;
  }
}
