// A poster dropped on an answer is the next to be asked about; several at once are drafts of one.

import { acceptDrops } from "./drop.js";
import { opened, sendable } from "./photograph.js";
import { compare, send } from "./several.js";

const veil = document.querySelector(".dropping");
const says = veil.firstElementChild;
const invites = says.textContent;

acceptDrops(async (files) => {
  says.textContent = veil.dataset.sayReading;
  veil.hidden = false;
  if (files.length > 1) {
    await compare([...files]);
    return;
  }
  const picture = await opened(files[0]);
  const { sent } = await sendable(files[0], picture);
  picture?.close();
  send("/recommendations", [sent]);
});

// Coming back by the browser's own button finds the page as it was left.
window.addEventListener("pageshow", () => {
  veil.hidden = true;
  says.textContent = invites;
});
